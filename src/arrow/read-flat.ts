import { type Data, type Timestamp, TimeUnit, Type } from 'apache-arrow';
import { getBit } from './bits.js';
import { valueReader } from './value-reader.js';

/*
 * Loops that read a chunk to JavaScript values, in `out` from position `at`. Those for nested types are in
 * read-values.ts.
 */

/** Copies `n` numbers to `out`, from position `at`. */
export function readNumbers(values: ArrayLike<number>, n: number, out: unknown[], at: number): void {
  for (let i = 0; i < n; i++) out[at + i] = values[i];
}

/** Writes `missing` to the rows that are null. */
export function fillNulls(data: Data, out: unknown[], at: number, missing: null | number): void {
  const bitmap = data.nullBitmap;
  if (!bitmap || bitmap.length === 0 || data.nullCount === 0) return;
  for (let i = 0; i < data.length; i++) if (!getBit(bitmap, data.offset + i)) out[at + i] = missing;
}

/**
 * Reads any type that is not nested through apache-arrow's accessor. Several times slower than a loop of its
 * own.
 */
export function readAny(data: Data, out: unknown[], at: number): void {
  // apache-arrow gives decimals and intervals as views of the values, so they are read from a copy.
  const isViewed = data.type.typeId === Type.Decimal || data.type.typeId === Type.Interval;
  const buffers = [
    data.valueOffsets,
    isViewed ? data.values.slice() : data.values,
    data.nullBitmap,
    data.typeIds,
  ];
  const read = valueReader(
    isViewed ? data.clone(data.type, data.offset, data.length, -1, buffers as never) : data,
  );
  for (let i = 0; i < data.length; i++) {
    const value = read(i);
    // Binary values are views of the column, whose memory other threads share.
    out[at + i] = value instanceof Uint8Array ? value.slice() : value;
  }
}

/** Reads timestamps of any unit as Dates, rounded down to milliseconds. */
export function readDates(data: Data, out: unknown[], at: number): void {
  const { unit } = data.type as Timestamp;
  if (unit !== TimeUnit.MILLISECOND) {
    readAny(data, out, at);
    for (let i = at; i < at + data.length; i++) {
      if (out[i] !== null) out[i] = new Date(Math.floor(out[i] as number));
    }
    return;
  }
  const longs = data.values as BigInt64Array;
  const words = new Int32Array(longs.buffer, longs.byteOffset, longs.length * 2);
  for (let i = 0; i < data.length; i++) {
    out[at + i] = new Date(words[2 * i + 1] * 2 ** 32 + (words[2 * i] >>> 0));
  }
}

/** Reads a dictionary column whose dictionary has `values`. */
export function lookUpIndices(data: Data, values: readonly unknown[], out: unknown[], at: number): void {
  const codes = data.values as Int32Array;
  for (let i = 0; i < data.length; i++) out[at + i] = values[Number(codes[i])];
}
