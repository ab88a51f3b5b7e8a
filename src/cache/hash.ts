import { ApplyError } from '../errors.js';
import { preview } from '../util/index.js';
import { hashValue } from './hash-value.js';

/**
 * Returns a digest of a value's content: the same in every process and on every machine, and different as
 * soon as any part of the value differs. Functions that use imports have a different digest in workers.
 *
 * - Types count: `1`, `'1'`, `1n` and `true` differ, as do 0 and -0, and arrays of different types. All NaNs
 *   are equal.
 * - The order of a plain object's keys does not count; the order of arrays, Maps and Sets does.
 * - Frames count by content: names, types and order of the columns, and all values. The batches of a table,
 *   the buffers it was sliced from, the copy of apache-arrow and the order of dictionaries do not count.
 * - Functions and classes count by their source and everything they use, as it is now: variables, helpers,
 *   imported modules (installed ones by name and version). Variables that a function sets itself do not
 *   count.
 *
 * The counterpart of `joblib.hash`. Hashes typed arrays and columns by SHA-256 in place, about 1 GB a second.
 *
 * @param value any value with content that can be read
 * @returns 32 hexadecimal digits
 * @throws ApplyError `ERR_INVALID_OPTION` for a second argument, as it takes no options; `ERR_UNHASHABLE`,
 *   with its path, for something without readable content: a promise, a WeakMap, #private members
 * @example
 * hash({ a: 1, b: [2n] }) === hash({ b: [2n], a: 1 }) // true
 * hash(table) === hash(table.slice(0, 2).concat(table.slice(2))) // true
 */
export function hash(value: unknown): string;
export function hash(value: unknown, ...more: unknown[]): string {
  // Allows an index and an array, which Array.map passes.
  if (more.length > 0 && more[0] !== undefined && typeof more[0] !== 'number') {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `hash takes a value and no options, got ${preview(more[0])} beside it; hash an array to hash several`,
    );
  }
  return hashValue(value, 'the value');
}
