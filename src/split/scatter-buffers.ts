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
import { moveRows } from './move.js';

/** What a column is scattered by. */
export interface Target {
  /** row -> place; negative for a row that goes nowhere. */
  readonly places: Int32Array;
  /** The number of places. */
  readonly length: number;
  readonly allocate: Allocate;
}

export type Buffers = Parameters<typeof dataOf>[3];

/** Runs `move` on each chunk with the places of its rows. */
export function eachChunk(
  chunks: readonly Data[],
  places: Int32Array,
  move: (chunk: Data, places: Int32Array) => void,
): void {
  let row = 0;
  for (const chunk of chunks) {
    if (chunk.length > 0) move(chunk, places.subarray(row, row + chunk.length));
    row += chunk.length;
  }
}

/** The chunks of rows from … to-1. */
export function chunksWithin(chunks: readonly Data[], from: number, to: number): Data[] {
  const within: Data[] = [];
  let row = 0;
  for (const chunk of chunks) {
    const first = Math.max(from - row, 0);
    const last = Math.min(to - row, chunk.length);
    if (first < last) within.push(last - first === chunk.length ? chunk : chunk.slice(first, last - first));
    row += chunk.length;
  }
  return within;
}

export function withValidity(
  chunks: readonly Data[],
  target: Target,
  buffers: Buffers,
): [nullCount: number, buffers: Buffers] {
  const validity = validityOf(chunks, target);
  return validity === undefined ? [0, buffers] : [-1, { ...buffers, validity }];
}

/** The bitmap of the rows that are not null; undefined where none is. */
export function validityOf(
  chunks: readonly Data[],
  { places, length, allocate }: Target,
): Uint8Array | undefined {
  if (chunks.every((chunk) => chunk.nullCount === 0)) return undefined;
  const validity = allocate(bitmapBytes(length));
  eachChunk(chunks, places, (chunk, at) => {
    if (chunk.nullCount > 0) {
      scatterBits(chunk.nullBitmap as Uint8Array, chunk.offset, at, validity);
    } else {
      for (const place of at) if (place >= 0) validity[place >>> 3] |= 1 << (place & 7);
    }
  });
  return validity;
}

export function scatterBits(source: Uint8Array, offset: number, places: Int32Array, out: Uint8Array): void {
  for (let i = 0; i < places.length; i++) {
    const place = places[i];
    if (place >= 0 && getBit(source, offset + i)) out[place >>> 3] |= 1 << (place & 7);
  }
}

export function scatterFixed(type: DataType, chunks: readonly Data[], target: Target) {
  const { places, length, allocate } = target;
  const width = chunks.length > 0 ? rowBytes(chunks[0]) : 0;
  const bytes = allocate(length * width);
  eachChunk(chunks, places, (chunk, at) => moveRows(asBytes(chunk.values), at, bytes, width));
  return typedValues(type, bytes);
}
