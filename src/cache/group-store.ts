import { join } from 'node:path';
import { ApplyError } from '../errors.js';
import type { ResolvedCompression } from '../persist/index.js';
import type { AnyFunction } from '../ship/index.js';
import { readOrCreateSecret } from './cache-secret.js';
import { functionName } from './function-name.js';
import { PACK_LAYOUT } from './group-pack.js';
import { hashValue } from './hash-value.js';
import { PackIndex } from './pack-index.js';
import { warnOnce } from './warnings.js';

/** The folder of a Memory, and the compression of its files. */
export interface CacheHome {
  readonly folder: string;
  readonly compression: ResolvedCompression | undefined;
}

/** Identifies the cached results of a function's groups. */
export interface GroupCacheKey {
  readonly home: CacheHome;
  readonly name: string;
  /** The folder's name without its end, the form of the groups: another form may give other results. */
  readonly folder: string;
  readonly isSeeded: boolean;
}

/**
 * Returns the key of a function's results; warns and returns undefined if the function cannot be hashed. Must
 * be called before the first `await` of a call: variables that the function uses count as they are now.
 * @param salt what results depend on besides the function, the seed and the groups
 */
export function groupCacheKey(
  home: CacheHome,
  fn: AnyFunction,
  { seed, salt }: { readonly seed: number | string | undefined; readonly salt: unknown },
): GroupCacheKey | undefined {
  const name = functionName(fn);
  try {
    const key = hashValue([PACK_LAYOUT, hashValue(fn, name), seed, salt], name);
    const folder = `groups-${name.replace(/[^\w-]+/g, '_').slice(0, 60)}-${key}`;
    return { home, name, folder, isSeeded: seed !== undefined };
  } catch (error) {
    if (!(error instanceof ApplyError)) throw error;
    warnOnce(
      `groups ${error.message}`,
      `applyParallel runs ${name} without its cache: ${error.message.replace(/^hash: /, '')}`,
    );
    return undefined;
  }
}

/** The stored results of a function's groups. */
export interface GroupStore {
  readonly key: GroupCacheKey;
  readonly form: string;
  readonly folder: string;
  readonly secret: Uint8Array;
  readonly packs: PackIndex;
}

/**
 * Reads which results are stored for a function, and starts to read those that `numRows` rows likely need.
 */
export async function openGroupStore(key: GroupCacheKey, form: string, numRows: number): Promise<GroupStore> {
  const folder = join(key.home.folder, `${key.folder}-${form}`);
  const [secret, packs] = await Promise.all([readOrCreateSecret(key.home.folder), PackIndex.read(folder)]);
  packs.prefetch(numRows);
  return { key, form, folder, secret, packs };
}
