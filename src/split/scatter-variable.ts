import type { Data, DataType } from 'apache-arrow';
import {
  checkOffset,
  constantWidth,
  dataOf,
  hasLargeOffsets,
  offsetWords,
  reportToGc,
} from '../arrow/index.js';
import { isForKernel, placeTexts } from '../kernel/index.js';
import { eachChunk } from './chunked-column.js';
import { ConstantOffsets, constantBytes, typedOffsets } from './constant-offsets.js';
import { textChunk } from './kernel-chunks.js';
import { copyBytes, moveRows } from './move.js';
import { type Target, withValidity } from './scatter-buffers.js';

/**
 * Scatters strings or binary: first the lengths, which give the new offsets, then the bytes of every value.
 */
export function scatterVariable(type: DataType, chunks: readonly Data[], target: Target): Data {
  const { places, length, allocate } = target;
  const width = constantWidth(chunks);
  if (width !== undefined) return scatterConstant(type, chunks, width, target);
  const inKernel = isForKernel(places.length, chunks.length)
    ? scatterInKernel(type, chunks, target)
    : undefined;
  if (inKernel) return dataOf(type, length, ...withValidity(chunks, target, inKernel));
  const { offsets, words, step, total } = scatterOffsets(type, chunks, target);
  const bytes = allocate(total, true);
  const out = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  eachChunk(chunks, places, (chunk, at) => moveValues(chunk, at, out, words, step));
  return dataOf(type, length, ...withValidity(chunks, target, { offsets, values: bytes }));
}

/** Returns the offsets and values that the kernel has moved; undefined if it cannot. */
function scatterInKernel(type: DataType, chunks: readonly Data[], { places, length }: Target) {
  const placed = placeTexts(chunks.map(textChunk), hasLargeOffsets(type) ? 2 : 1, places, length);
  if (placed === undefined) return undefined;
  checkOffset(type, placed.total);
  const moved = placed.move();
  if (moved === undefined) return undefined;
  reportToGc(moved.offsets.length + moved.values.length);
  return { offsets: typedOffsets(type, moved.offsets), values: moved.values };
}

/** Scatters values of one width like numbers. Their offsets do not depend on the places. */
function scatterConstant(type: DataType, chunks: readonly Data[], width: number, target: Target): Data {
  const { places, length, allocate } = target;
  const { constantOffsets = new ConstantOffsets(allocate) } = target;
  const offsets = constantOffsets.get(type, length, width);
  const values = allocate(length * width, true);
  eachChunk(chunks, places, (chunk, at) => moveRows(constantBytes(chunk, width), at, values, width));
  return dataOf(type, length, ...withValidity(chunks, target, { offsets, values }));
}

function moveValues(chunk: Data, places: Int32Array, out: DataView, starts: Uint32Array, step: number): void {
  const { words: ends } = offsetWords(chunk);
  const values = (chunk.values ?? new Uint8Array(0)) as Uint8Array;
  const source = new DataView(values.buffer, values.byteOffset, values.byteLength);
  let from = ends[0];
  for (let i = 0; i < places.length; i++) {
    const end = ends[(i + 1) * step];
    if (places[i] >= 0) copyBytes(source, from, out, starts[places[i] * step], end - from);
    from = end;
  }
}

/**
 * Makes the offsets of the scattered rows. `words` shows them as {@link offsetWords} does, `total` is the
 * last one.
 */
export function scatterOffsets(type: DataType, chunks: readonly Data[], target: Target) {
  const { places, length, allocate } = target;
  const step = hasLargeOffsets(type) ? 2 : 1;
  const bytes = allocate((length + 1) * step * 4);
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  eachChunk(chunks, places, (chunk, at) => {
    const source = offsetWords(chunk).words;
    for (let i = 0; i < at.length; i++) {
      if (at[i] >= 0) words[(at[i] + 1) * step] = source[(i + 1) * step] - source[i * step];
    }
  });
  let total = 0;
  for (let place = 1; place <= length; place++) {
    total += words[place * step];
    words[place * step] = total;
  }
  checkOffset(type, total);
  const OffsetArray = type.OffsetArrayType;
  const offsets = new OffsetArray(bytes.buffer as ArrayBuffer, bytes.byteOffset, length + 1);
  return { offsets, words, step, total };
}
