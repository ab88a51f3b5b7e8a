import { type Data, Type } from 'apache-arrow';
import { bitmapBytes, getBit } from '../arrow/index.js';
import type { Segment } from '../combine/index.js';

/** Returns the bitmap of the rows that have a result. `missing` are segments of rows that have none. */
export function rowsWithResult(
  places: Int32Array,
  sizes: Int32Array,
  missing: readonly Segment[],
): Uint8Array {
  const isMissing = new Uint8Array(places.length);
  const starts = startsOf(sizes);
  for (const { first, numRows } of missing) isMissing.fill(1, starts[first], starts[first] + numRows);
  const bits = new Uint8Array(bitmapBytes(places.length));
  for (let row = 0; row < places.length; row++) {
    const place = places[row];
    if (place >= 0 && isMissing[place] === 0) bits[row >>> 3] |= 1 << (row & 7);
  }
  return bits;
}

/** Returns the place of each group's first row, and in the end the number of places. */
export function startsOf(sizes: Int32Array): Int32Array {
  const starts = new Int32Array(sizes.length + 1);
  for (let group = 0; group < sizes.length; group++) starts[group + 1] = starts[group] + sizes[group];
  return starts;
}

/**
 * Returns a column with null in the rows whose bit is not set. Only the bitmap is new; the values stay where
 * they are. `from`: the first row of the chunk.
 */
export function maskedRows(data: Data, bits: Uint8Array, from: number): Data {
  if (data.type.typeId === Type.Null) return data;
  const { type, offset, length, nullCount, nullBitmap, valueOffsets, values, typeIds, children } = data;
  const validity = new Uint8Array(bitmapBytes(offset + length));
  for (let i = 0; i < length; i++) {
    const isValid = nullCount === 0 || getBit(nullBitmap as Uint8Array, offset + i);
    if (isValid && getBit(bits, from + i)) validity[(offset + i) >>> 3] |= 1 << ((offset + i) & 7);
  }
  return data.clone(type, offset, length, -1, [valueOffsets, values, validity, typeIds] as never, children);
}
