import type { Data, DataType } from 'apache-arrow';
import { bitmapBytes, copyBits, getBit } from './bits.js';
import { concatOffsets, concatValidity, spannedBy, spanOf } from './concat-buffers.js';
import { asBytes, checkOffset, dataOf, rowBytes, typedValues } from './layout.js';
import type { Allocate } from './memory.js';

/* Joining the layouts that have neither children nor a dictionary. */

export function concatBooleans(
  type: DataType,
  chunks: readonly Data[],
  length: number,
  allocate: Allocate,
): Data {
  const { nullCount, validity } = concatValidity(chunks, length, allocate);
  const values = allocate(bitmapBytes(length));
  let row = 0;
  for (const chunk of chunks) {
    copyBits(chunk.values as Uint8Array, chunk.offset, values, row, chunk.length);
    row += chunk.length;
  }
  return dataOf(type, length, nullCount, { values, validity });
}

export function concatFixed(
  type: DataType,
  chunks: readonly Data[],
  length: number,
  allocate: Allocate,
): Data {
  const { nullCount, validity } = concatValidity(chunks, length, allocate);
  const width = chunks.length > 0 ? rowBytes(chunks[0]) : 0;
  const bytes = allocate(length * width, true);
  let at = 0;
  for (const chunk of chunks) {
    if (chunk.length === 0) continue;
    bytes.set(asBytes(chunk.values).subarray(0, chunk.length * width), at);
    at += chunk.length * width;
  }
  return dataOf(type, length, nullCount, { values: typedValues(type, bytes), validity });
}

export function concatVariable(
  type: DataType,
  chunks: readonly Data[],
  length: number,
  allocate: Allocate,
): Data {
  const { nullCount, validity } = concatValidity(chunks, length, allocate);
  const spans = chunks.map(spanOf);
  const total = spannedBy(spans);
  checkOffset(type, total);
  const bytes = allocate(total, true);
  let at = 0;
  for (const { chunk, first, last } of spans) {
    if (last > first) bytes.set(chunk.values.subarray(first, last), at);
    at += last - first;
  }
  return dataOf(type, length, nullCount, {
    offsets: concatOffsets(type, spans, length, allocate),
    values: bytes,
    validity,
  });
}

/** A view holds values of up to this many bytes itself. */
const INLINE_BYTES = 12;

/**
 * Joins views and copies all long values to one buffer: a few rows of a table must not keep the buffers of
 * the whole table alive.
 */
export function concatViews(
  type: DataType,
  chunks: readonly Data[],
  length: number,
  allocate: Allocate,
): Data {
  const { nullCount, validity } = concatValidity(chunks, length, allocate);
  const views = allocate(length * 16);
  const words = new Int32Array(views.buffer, views.byteOffset, length * 4);
  let row = 0;
  let longBytes = 0;
  for (const chunk of chunks) {
    views.set(asBytes(chunk.values).subarray(0, chunk.length * 16), row * 16);
    row += chunk.length;
  }
  // The view of a null row may hold anything and point anywhere.
  if (validity) for (let i = 0; i < length; i++) if (!getBit(validity, i)) words.fill(0, i * 4, i * 4 + 4);
  for (let i = 0; i < length; i++) if (words[i * 4] > INLINE_BYTES) longBytes += words[i * 4];
  checkOffset(type, longBytes);
  const long = allocate(longBytes);
  row = 0;
  let at = 0;
  for (const chunk of chunks) {
    for (let i = 0; i < chunk.length; i++, row++) {
      const size = words[row * 4];
      if (size <= INLINE_BYTES) continue;
      const source = chunk.variadicBuffers[words[row * 4 + 2]];
      const from = words[row * 4 + 3];
      long.set(source.subarray(from, from + size), at);
      words[row * 4 + 2] = 0;
      words[row * 4 + 3] = at;
      at += size;
    }
  }
  return dataOf(type, length, nullCount, { values: views, validity }, { variadic: [long] });
}
