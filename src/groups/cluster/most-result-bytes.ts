import type { Session } from '../../cluster/inside.js';
import { parseBytes } from '../../options/index.js';
import { oncePer } from '../../util/index.js';

const SETTING = 'spark.driver.maxResultSize';
const SPARKS_DEFAULT = '1g';

/** Returns how many bytes of results a server hands out for one call; undefined for any number. */
export const mostResultBytes = oncePer(async (session: Session): Promise<number | undefined> => {
  const config = await session.getConfig(SETTING);
  // Spark writes 0 for no bound.
  return parseBytes(config[SETTING] || SPARKS_DEFAULT) || undefined;
});
