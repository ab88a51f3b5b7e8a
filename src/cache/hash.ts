import { ApplyError } from '../errors.js';
import { preview } from '../util/index.js';
import { hashValue } from './hash-value.js';

/**
 * A digest of what a value is: the same in every process and on every machine, and another one as soon as anything in it differs. Functions
 * that use imports have another one in workers.
 *
 * - Types count: `1`, `'1'`, `1n` and `true` are four values, as are 0 and -0, and arrays of different types. NaN is one value.
 * - The order of the keys of a plain object does not count, that of arrays, Maps and Sets does.
 * - Frames count by content: names and types of the columns, in their order, and all values. How a table is cut into batches, from which it
 *   was sliced, which copy of apache-arrow made it and how its dictionaries are sorted does not matter.
 * - Functions and classes count by their source and everything they use, as of now: variables, helpers, imported modules (installed ones by
 *   name and version). Variables that a function sets itself do not count.
 *
 * The counterpart of `joblib.hash`. Numbers in typed arrays and columns are hashed by SHA-256 as they lie in memory, about 1 GB a second.
 *
 * @param value anything with content
 * @returns 32 hexadecimal digits
 * @throws ApplyError `ERR_INVALID_OPTION` for options, which it has none of; `ERR_UNHASHABLE` with the path to what has no content that
 *   can be read: a promise, a WeakMap, #private members
 * @example
 * hash({ a: 1, b: [2n] }) === hash({ b: [2n], a: 1 }) // true
 * hash(table) === hash(table.slice(0, 2).concat(table.slice(2))) // true
 */
export function hash(value: unknown): string;
export function hash(value: unknown, ...more: unknown[]): string {
  // Array.map and its like give an index, and may give the array.
  if (more.length > 0 && more[0] !== undefined && typeof more[0] !== 'number') {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `hash takes a value and no options, got ${preview(more[0])} beside it; hash an array to hash several`,
    );
  }
  return hashValue(value, 'the value');
}
