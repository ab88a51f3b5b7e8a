import { types } from 'node:util';
import { allocateShared } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { preview } from '../util/index.js';

interface ArrayClass {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
}

type TypedArray = Extract<ArrayBufferView, { readonly length: number }>;

/**
 * Copies a typed array into shared memory. Functions that capture the result, or get it as an
 * argument, see the same memory in all threads instead of a copy. Use it for large lookup arrays that
 * many calls read. To write to it is a last resort: all threads see writes, in no order unless {@link
 * SharedLock} or `Atomics` gives one.
 *
 * @throws ApplyError `ERR_INVALID_OPTION` for anything but a typed array
 * @example
 * const counts = shareArray(new Int32Array(4));
 * const count = (at: number) => Atomics.add(counts, at, 1);
 * await Parallel({ nJobs: 2 })([0, 1, 1, 3].map((at) => delayed(count)(at)));
 * console.log(counts.join(' '));
 * // -> 1 2 0 1
 */
export function shareArray<T extends ArrayBufferView>(array: T): T {
  if (!types.isTypedArray(array)) {
    throw new ApplyError('ERR_INVALID_OPTION', `shareArray takes a typed array, got ${preview(array)}`);
  }
  const bytes = allocateShared(array.byteLength);
  bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  if (Buffer.isBuffer(array)) return Buffer.from(bytes.buffer) as unknown as T;
  const Class = array.constructor as ArrayClass;
  return new Class(bytes.buffer, 0, array.length) as unknown as T;
}
