import type { Data } from 'apache-arrow';
import { asBytes, getBit } from '../../arrow/index.js';

/*
 * Rows that point to other memory. When such a value is read, apache-arrow throws an error of its own or
 * returns undefined. Rows that are null may point anywhere.
 */

const VIEW_BYTES = 16;
const INLINE_BYTES = 12;

/** Returns whether the views of strings and bytes stay in their buffers. */
export function viewsAreWithin(data: Data): boolean {
  const { length } = data;
  // Reading the size of each row's buffer takes twice as long.
  const rooms = data.variadicBuffers.map((buffer) => buffer.byteLength);
  const bytes = asBytes(data.values);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let row = 0; row < length; row++) {
    const at = row * VIEW_BYTES;
    const size = view.getInt32(at, true);
    if ((size >= 0 && size <= INLINE_BYTES) || isNull(data, row)) continue;
    const from = view.getInt32(at + 12, true);
    const room = rooms[view.getInt32(at + 8, true)] ?? -1;
    if (size < 0 || from < 0 || from + size > room) return false;
  }
  return true;
}

/** Returns whether the dictionary has a value for each code. */
export function codesAreWithin(data: Data): boolean {
  const { length, dictionary } = data;
  const codes = data.values as unknown as ArrayLike<number | bigint>;
  const count = dictionary?.length ?? 0;
  for (let row = 0; row < length; row++) {
    const code = codes[row];
    if ((code < 0 || code >= count) && !isNull(data, row)) return false;
  }
  return true;
}

function isNull({ nullBitmap, offset }: Data, row: number): boolean {
  return nullBitmap !== undefined && nullBitmap.byteLength > 0 && !getBit(nullBitmap, offset + row);
}
