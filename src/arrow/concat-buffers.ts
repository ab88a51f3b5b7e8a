import type { Data, DataType } from 'apache-arrow';
import { bitmapBytes, copyBits, fillBits } from './bits.js';
import { asBytes, hasLargeOffsets, offsetWords } from './layout.js';
import type { Allocate } from './memory.js';

/* The buffers that several layouts have: validity, offsets and type ids. */

/** Returns the rows of all chunks together. A loop: V8 drops the compiled code of closures between calls. */
export function rowsIn(chunks: readonly Data[]): number {
  let rows = 0;
  for (const { length } of chunks) rows += length;
  return rows;
}

function nullsIn(chunks: readonly Data[]): number {
  let nulls = 0;
  for (const { nullCount } of chunks) nulls += nullCount;
  return nulls;
}

/** Joins the validity bitmaps; the result has none if no row is null. */
export function concatValidity(chunks: readonly Data[], length: number, allocate: Allocate) {
  const nullCount = nullsIn(chunks);
  if (nullCount === 0) return { nullCount, validity: undefined };
  const validity = allocate(bitmapBytes(length));
  let row = 0;
  for (const chunk of chunks) {
    if (chunk.nullCount === 0) fillBits(validity, row, chunk.length);
    else copyBits(chunk.nullBitmap as Uint8Array, chunk.offset, validity, row, chunk.length);
    row += chunk.length;
  }
  return { nullCount, validity };
}

/** A chunk of strings or lists, and the range of its bytes or child rows that its rows use. */
export interface Span {
  readonly chunk: Data;
  readonly first: number;
  readonly last: number;
}

/** Returns the bytes or child rows of all spans together. */
export function spannedBy(spans: readonly Span[]): number {
  let total = 0;
  for (const { first, last } of spans) total += last - first;
  return total;
}

export function spanOf(chunk: Data): Span {
  if (chunk.length === 0) return { chunk, first: 0, last: 0 };
  const { words, step } = offsetWords(chunk);
  return { chunk, first: words[0], last: words[chunk.length * step] };
}

/** Joins offsets, so that the span of each chunk begins where the one before it ends. */
export function concatOffsets(type: DataType, spans: readonly Span[], length: number, allocate: Allocate) {
  const step = hasLargeOffsets(type) ? 2 : 1;
  const bytes = allocate((length + 1) * step * 4);
  const out = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  let row = 0;
  let base = 0;
  for (const { chunk, first, last } of spans) {
    const { words } = offsetWords(chunk);
    const shift = base - first;
    if (shift === 0) out.set(words.subarray(step, (chunk.length + 1) * step), (row + 1) * step);
    else if (step === 1) for (let i = 1; i <= chunk.length; i++) out[row + i] = words[i] + shift;
    else for (let i = 1; i <= chunk.length; i++) out[(row + i) * 2] = words[i * 2] + shift;
    row += chunk.length;
    base += last - first;
  }
  const OffsetArray = type.OffsetArrayType;
  return new OffsetArray(bytes.buffer as ArrayBuffer, bytes.byteOffset, length + 1);
}

export function concatTypeIds(chunks: readonly Data[], length: number, allocate: Allocate): Int8Array {
  const bytes = allocate(length);
  let row = 0;
  for (const chunk of chunks) {
    bytes.set(asBytes(chunk.typeIds as Int8Array).subarray(0, chunk.length), row);
    row += chunk.length;
  }
  return new Int8Array(bytes.buffer, bytes.byteOffset, length);
}
