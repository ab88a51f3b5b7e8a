import type { Data } from 'apache-arrow';
import { asBytes, constantWidth, getBit, offsetWords } from '../arrow/index.js';
import type { Hasher } from './hasher.js';

/** A range of a chunk's bytes, or of the rows of its child. */
interface Span {
  readonly chunk: Data;
  readonly from: number;
  readonly to: number;
}

/** Hashes the length of each row. Returns the ranges of the rows' content, without bytes under nulls. */
export function hashLengths(
  hash: Hasher,
  chunks: readonly Data[],
  length: number,
  valid: Uint8Array | undefined,
): Span[] {
  const width = valid ? undefined : constantWidth(chunks);
  hash.update(Uint8Array.of(width === undefined ? 0 : 1));
  if (width === undefined) return hashEveryLength(hash, chunks, length, valid);
  hash.update(Uint32Array.of(width));
  return chunks.filter((chunk) => chunk.length > 0 && width > 0).map(wholeSpan);
}

function wholeSpan(chunk: Data): Span {
  const { words, step } = offsetWords(chunk);
  return { chunk, from: words[0], to: words[chunk.length * step] };
}

function hashEveryLength(
  hash: Hasher,
  chunks: readonly Data[],
  length: number,
  valid: Uint8Array | undefined,
): Span[] {
  const lengths = new Uint32Array(length);
  const spans: Span[] = [];
  let row = 0;
  for (const chunk of chunks) {
    if (chunk.length === 0) continue;
    const { words, step } = offsetWords(chunk);
    let from = words[0];
    for (let i = 0; i < chunk.length; i++, row++) {
      const begin = words[i * step];
      const end = words[(i + 1) * step];
      if (!valid || begin === end || getBit(valid, row)) {
        lengths[row] = end - begin;
        continue;
      }
      if (begin > from) spans.push({ chunk, from, to: begin });
      from = end;
    }
    const to = words[chunk.length * step];
    if (to > from) spans.push({ chunk, from, to });
  }
  hash.update(lengths);
  return spans;
}

export function hashVariable(
  hash: Hasher,
  chunks: readonly Data[],
  length: number,
  valid: Uint8Array | undefined,
): void {
  for (const { chunk, from, to } of hashLengths(hash, chunks, length, valid)) {
    hash.update((chunk.values as Uint8Array).subarray(from, to));
  }
}

const INLINE_BYTES = 12;

export function hashViews(
  hash: Hasher,
  chunks: readonly Data[],
  length: number,
  valid: Uint8Array | undefined,
): void {
  const lengths = new Uint32Array(length);
  const pieces: Uint8Array[] = [];
  let row = 0;
  for (const chunk of chunks) {
    const bytes = asBytes(chunk.values);
    const views = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < chunk.length; i++, row++) {
      if (valid && !getBit(valid, row)) continue;
      const size = views.getUint32(i * 16, true);
      lengths[row] = size;
      if (size <= INLINE_BYTES) pieces.push(bytes.subarray(i * 16 + 4, i * 16 + 4 + size));
      else {
        const from = views.getUint32(i * 16 + 12, true);
        pieces.push(chunk.variadicBuffers[views.getUint32(i * 16 + 8, true)].subarray(from, from + size));
      }
    }
  }
  hash.update(lengths);
  for (const piece of pieces) hash.update(piece);
}
