import { createRequire } from 'node:module';
import { join } from 'node:path';
import { folder, extra as pathOf } from '../../scripts/extras.js';

/** Where `node scripts/extras.js` puts packages that the lock file cannot hold. */
export const extrasFolder: string = folder;

const require = createRequire(join(extrasFolder, 'package.json'));

/**
 * Why tests that want this package are to be skipped; false where it is there. With APPLY_PARALLEL_ALL=1
 * missing it is an error.
 */
export function missingExtra(name: string): string | false {
  return pathOf(name, 'package.json') ? false : `${name} is not there: node scripts/extras.js`;
}

/** The package; only where it is not missing. */
export const extra = (name: string): unknown => require(name);
