import { BLOCK_BYTES, ParquetKernel } from './kernel.js';

/*
 * Snappy's block format: literals, and copies of bytes that came before. Node has no Snappy, and most readers
 * of Parquet expect it.
 */

// Matches are looked for within a block, so that all distances fit into two bytes.
const TABLE_BITS = 14;
const table = new Uint16Array(1 << TABLE_BITS);

/** Memory for compressed bytes, which this thread uses again. */
let scratch = new Uint8Array(0);

/** Larger memory, for pages of long texts, is not kept. */
const MOST_SCRATCH = 4 * 1024 * 1024;

/** Returns the compressed bytes. */
export function compressSnappy(input: Uint8Array): Uint8Array {
  // The format's own bound of what incompressible input takes.
  const most = 32 + input.length + Math.ceil(input.length / 6);
  if (scratch.length < most) scratch = new Uint8Array(most);
  const out = scratch;
  let at = 0;
  let rest = input.length;
  while (rest >= 128) {
    out[at++] = (rest & 127) | 128;
    rest = Math.floor(rest / 128);
  }
  out[at++] = rest;
  const kernel = ParquetKernel.ofThread();
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  for (let from = 0; from < input.length; from += BLOCK_BYTES) {
    const to = Math.min(input.length, from + BLOCK_BYTES);
    at = kernel
      ? kernel.compressBlock(input.subarray(from, to), out, at)
      : compressBlock(input, view, from, to, out, at);
  }
  if (out.length > MOST_SCRATCH) scratch = new Uint8Array(0);
  return out.slice(0, at);
}

function compressBlock(
  input: Uint8Array,
  view: DataView,
  from: number,
  to: number,
  out: Uint8Array,
  start: number,
): number {
  let at = start;
  let literal = from;
  table.fill(0);
  // The last bytes are a literal, so that words can be read without a look at the end.
  const end = to - 15;
  let position = from + 1;
  let misses = 32;
  while (position < end) {
    const word = view.getInt32(position, true);
    const slot = Math.imul(word, 0x1e35a7bd) >>> (32 - TABLE_BITS);
    const candidate = from + table[slot];
    table[slot] = position - from;
    if (candidate >= position || view.getInt32(candidate, true) !== word) {
      // Steps grow where nothing matches, so that incompressible input costs little.
      position += misses++ >>> 5;
      continue;
    }
    misses = 32;
    at = putLiteral(input, literal, position, out, at);
    let length = 4;
    while (position + length < to && input[candidate + length] === input[position + length]) length++;
    at = putCopy(position - candidate, length, out, at);
    position += length;
    literal = position;
  }
  return putLiteral(input, literal, to, out, at);
}

function putLiteral(input: Uint8Array, from: number, to: number, out: Uint8Array, start: number): number {
  const length = to - from;
  if (length === 0) return start;
  let at = start;
  const code = length - 1;
  if (code < 60) out[at++] = code << 2;
  else if (code < 256) {
    out[at++] = 60 << 2;
    out[at++] = code;
  } else {
    out[at++] = 61 << 2;
    out[at++] = code & 255;
    out[at++] = code >>> 8;
  }
  if (length < 16) for (let k = from; k < to; k++) out[at++] = input[k];
  else {
    out.set(input.subarray(from, to), at);
    at += length;
  }
  return at;
}

function putCopy(distance: number, length: number, out: Uint8Array, start: number): number {
  let at = start;
  let rest = length;
  while (rest > 0) {
    const part = Math.min(rest, 64);
    out[at++] = ((part - 1) << 2) | 2;
    out[at++] = distance & 255;
    out[at++] = distance >>> 8;
    rest -= part;
  }
  return at;
}
