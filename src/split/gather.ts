import type { Data } from 'apache-arrow';
import {
  type Allocate,
  asBytes,
  bitmapBytes,
  dataOf,
  getBit,
  layoutOf,
  rowBytes,
  typedValues,
} from '../arrow/index.js';
import { scatter } from './scatter.js';

/*
 * The way back from group order to the order of the rows, for columns that nobody wrote to their rows. Row r
 * takes the value at `places[r]`: it reads one advancing place a group and writes in order.
 */

/** Moves a column in group order to the order of its rows; `places` is a permutation of its rows. */
export function gather(data: Data, places: Int32Array, allocate: Allocate): Data {
  const { type } = data;
  if (layoutOf(type) === 'none') return data;
  const width = widthToGather(data);
  if (width === undefined) {
    return scatter(type, [data], { places: inverse(places), length: places.length, allocate });
  }
  const bytes = allocate(places.length * width);
  gatherRows(asBytes(data.values), places, bytes, width);
  const validity = data.nullCount > 0 ? gatherBits(data, places, allocate) : undefined;
  const values = typedValues(type, bytes);
  const { nullCount, dictionary } = data;
  return dataOf(type, places.length, nullCount, { values, validity }, { dictionary });
}

/** Returns the bytes of a value, if values can be gathered one by one; undefined otherwise. */
export function widthToGather(data: Data): number | undefined {
  const layout = layoutOf(data.type);
  if (layout !== 'fixed' && layout !== 'dictionary') return undefined;
  const width = rowBytes(data);
  const isAligned = asBytes(data.values).byteOffset % width === 0;
  return isAligned && (width === 1 || width === 2 || width === 4 || width === 8) ? width : undefined;
}

/** Rows of a column to gather: values of a fixed width, and their validity. */
export interface RowsToGather {
  /** Rows `from` to `to`-1; `from` is the first of a byte of `validity`. */
  readonly from: number;
  readonly to: number;
  readonly width: number;
  /** The values of all rows in group order. */
  readonly source: ArrayBufferView;
  /** The bitmap of these, which begins with bit `offset`; missing if none is null. */
  readonly bits?: Uint8Array;
  readonly offset: number;
  /** The memory of all rows in their order. */
  readonly values: Uint8Array;
  readonly validity?: Uint8Array;
}

/** Gathers a range of rows. Several threads can do ranges of one column at once. */
export function gatherRange(rows: RowsToGather, places: Int32Array): void {
  const { from, to, width, source, bits, offset, values, validity } = rows;
  const own = places.subarray(from, to);
  gatherRows(asBytes(source), own, values.subarray(from * width, to * width), width);
  if (bits && validity) {
    gatherBitsInto(bits, offset, own, validity.subarray(from >>> 3, bitmapBytes(to)));
  }
}

function inverse(places: Int32Array): Int32Array {
  const rows = new Int32Array(places.length);
  for (let row = 0; row < places.length; row++) rows[places[row]] = row;
  return rows;
}

function gatherBits(data: Data, places: Int32Array, allocate: Allocate): Uint8Array {
  const out = allocate(bitmapBytes(places.length));
  gatherBitsInto(data.nullBitmap as Uint8Array, data.offset, places, out);
  return out;
}

function gatherBitsInto(bits: Uint8Array, offset: number, places: Int32Array, out: Uint8Array): void {
  for (let row = 0; row < places.length; row++) {
    if (getBit(bits, offset + places[row])) out[row >>> 3] |= 1 << (row & 7);
  }
}

/**
 * Moves rows of 1, 2, 4 or 8 bytes. Each type of array has a loop of its own, as in move.ts; 64-bit values
 * move as bigints, which keeps the bits of every NaN.
 */
function gatherRows(source: Uint8Array, places: Int32Array, out: Uint8Array, width: number): void {
  const as = <T>(
    View: new (buffer: ArrayBufferLike, offset: number, length: number) => T,
    bytes: Uint8Array,
  ) => new View(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / width));
  if (width === 1) gatherBytes(source, places, out);
  else if (width === 2) gatherShorts(as(Uint16Array, source), places, as(Uint16Array, out));
  else if (width === 4) gatherWords(as(Int32Array, source), places, as(Int32Array, out));
  else gatherLongs(as(BigInt64Array, source), places, as(BigInt64Array, out));
}

function gatherBytes(source: Uint8Array, places: Int32Array, out: Uint8Array): void {
  for (let row = 0; row < places.length; row++) out[row] = source[places[row]];
}

function gatherShorts(source: Uint16Array, places: Int32Array, out: Uint16Array): void {
  for (let row = 0; row < places.length; row++) out[row] = source[places[row]];
}

function gatherWords(source: Int32Array, places: Int32Array, out: Int32Array): void {
  for (let row = 0; row < places.length; row++) out[row] = source[places[row]];
}

function gatherLongs(source: BigInt64Array, places: Int32Array, out: BigInt64Array): void {
  for (let row = 0; row < places.length; row++) out[row] = source[places[row]];
}
