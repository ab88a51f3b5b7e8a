import type { GroupKey } from '../errors.js';

/**
 * Returns a text that two keys share only if they are the same key. 2 equals the 2n of a 64-bit column, a
 * Date its milliseconds, and NaN the missing key.
 */
export function keyIdentity(key: GroupKey): string {
  if (Array.isArray(key)) return JSON.stringify(key.map((part) => keyIdentity(part)));
  if (key instanceof Date) return keyIdentity(key.getTime());
  if (ArrayBuffer.isView(key)) return `bytes ${key}`;
  if (key === null || key === undefined || Number.isNaN(key)) return 'missing';
  if (typeof key === 'bigint' || Number.isSafeInteger(key))
    return `integer ${BigInt(key as number | bigint)}`;
  return `${typeof key} ${key}`;
}
