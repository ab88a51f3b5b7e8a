import type { Data, DataType } from 'apache-arrow';
import {
  type Allocate,
  asBytes,
  bitmapBytes,
  type dataOf,
  getBit,
  rowBytes,
  typedValues,
} from '../arrow/index.js';
import { type BitChunk, isForKernel, moveBits } from '../kernel/index.js';
import { eachChunk } from './chunked-column.js';
import type { ConstantOffsets } from './constant-offsets.js';
import { validityBits } from './kernel-chunks.js';
import { moveBytes, moveRows } from './move.js';

/** The places that the rows of a column go to. */
export interface Target {
  /** row -> place; negative for a row that goes nowhere. Each place gets a row. */
  readonly places: Int32Array;
  /** The number of places. */
  readonly length: number;
  readonly allocate: Allocate;
  /** Offsets that the columns of one table share; a column on its own has none. */
  readonly constantOffsets?: ConstantOffsets;
}

export type Buffers = Parameters<typeof dataOf>[3];

/** Returns the null count and buffers for `dataOf`: `buffers` with a validity bitmap if there are nulls. */
export function withValidity(
  chunks: readonly Data[],
  target: Target,
  buffers: Buffers,
): [nullCount: number, buffers: Buffers] {
  const validity = validityOf(chunks, target);
  return validity === undefined ? [0, buffers] : [-1, { ...buffers, validity }];
}

/** Returns the bitmap of the rows that are not null; undefined if no row is null. */
export function validityOf(chunks: readonly Data[], target: Target): Uint8Array | undefined {
  if (chunks.every((chunk) => chunk.nullCount === 0)) return undefined;
  return scatterBits(chunks.map(validityBits), target);
}

/** Moves bits to their places. */
export function scatterBits(chunks: readonly BitChunk[], { places, length, allocate }: Target): Uint8Array {
  const out = allocate(bitmapBytes(length));
  const isDone =
    isForKernel(places.length, chunks.length) &&
    moveBits(chunks, places, out.length, (bits) => {
      out.set(bits);
      return true;
    });
  if (isDone) return out;
  let row = 0;
  for (const { bitmap, offset, length } of chunks) {
    const at = places.subarray(row, row + length);
    if (bitmap) setBits(bitmap, offset, at, out);
    else for (const place of at) if (place >= 0) out[place >>> 3] |= 1 << (place & 7);
    row += length;
  }
  return out;
}

function setBits(bitmap: Uint8Array, offset: number, places: Int32Array, out: Uint8Array): void {
  for (let i = 0; i < places.length; i++) {
    const place = places[i];
    if (place >= 0 && getBit(bitmap, offset + i)) out[place >>> 3] |= 1 << (place & 7);
  }
}

/** Returns the values buffer of a 'fixed' or 'dictionary' column. */
export function scatterFixed(type: DataType, chunks: readonly Data[], target: Target) {
  const { places, length, allocate } = target;
  const width = chunks.length > 0 ? rowBytes(chunks[0]) : 0;
  const bytes = allocate(length * width, true);
  eachChunk(chunks, places, (chunk, at) => moveRows(asBytes(chunk.values), at, bytes, width));
  return typedValues(type, bytes);
}

/** Returns the type ids of a union column. */
export function scatterTypeIds(chunks: readonly Data[], { places, length, allocate }: Target): Int8Array {
  const bytes = allocate(length);
  eachChunk(chunks, places, (chunk, at) => moveBytes(asBytes(chunk.typeIds as Int8Array), at, bytes));
  return new Int8Array(bytes.buffer, bytes.byteOffset, length);
}
