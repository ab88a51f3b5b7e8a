import { PAGE_ROWS, ParquetKernel } from './kernel.js';

/*
 * Parquet's hybrid of runs and packed bits, for dictionary codes and definition levels: a run is a count and
 * a value; packed values come in groups of eight.
 */

/** Runs shorter than this are packed. */
const LEAST_RUN = 16;
const GROUP = 8;
/** The most bytes of a run, or of the header of packed values. */
const HEADER_BYTES = 10;

/** Returns `codes[from…to-1]`, of `width` bits each. */
export function encodeRuns(
  codes: Int32Array | Uint8Array,
  from: number,
  to: number,
  width: number,
): Uint8Array {
  const kernel = to - from > PAGE_ROWS ? undefined : ParquetKernel.ofThread();
  if (kernel) return kernel.encodeRuns(codes.subarray(from, to), width);
  const groups = Math.ceil((to - from) / GROUP);
  const mostRuns = Math.ceil((to - from) / LEAST_RUN);
  const out = new Uint8Array(groups * width + (2 * mostRuns + 1) * HEADER_BYTES);
  let at = 0;
  let packedFrom = from;
  // Packed values come in groups, so a run begins where a group would; values before stay in the group.
  for (let position = from; position < to; ) {
    const value = codes[position];
    let end = position + 1;
    while (end < to && codes[end] === value) end++;
    if (end - position < LEAST_RUN) {
      position += GROUP;
      continue;
    }
    if (position > packedFrom) at = putPacked(codes, packedFrom, position, width, out, at);
    at = putRun(value, end - position, width, out, at);
    position = end;
    packedFrom = end;
  }
  if (packedFrom < to) at = putPacked(codes, packedFrom, to, width, out, at);
  return out.subarray(0, at);
}

/** Returns `count` times the same value, of `width` bits. */
export function encodeRun(value: number, count: number, width: number): Uint8Array {
  const out = new Uint8Array(HEADER_BYTES);
  return out.subarray(0, count === 0 ? 0 : putRun(value, count, width, out, 0));
}

function putRun(value: number, count: number, width: number, out: Uint8Array, start: number): number {
  let at = putVarint(count * 2, out, start);
  for (let shift = 0; shift < width; shift += 8) out[at++] = (value >>> shift) & 255;
  return at;
}

function putPacked(
  codes: Int32Array | Uint8Array,
  from: number,
  to: number,
  width: number,
  out: Uint8Array,
  start: number,
): number {
  const groups = Math.ceil((to - from) / GROUP);
  const at = putVarint(groups * 2 + 1, out, start);
  return packBits(codes, from, to, groups * GROUP, width, out, at);
}

function putVarint(value: number, out: Uint8Array, start: number): number {
  let at = start;
  let rest = value;
  while (rest >= 128) {
    out[at++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  out[at++] = rest;
  return at;
}

/** Packs values, and zeros up to `count` of them. Returns the position behind them. */
function packBits(
  codes: Int32Array | Uint8Array,
  from: number,
  to: number,
  count: number,
  width: number,
  out: Uint8Array,
  start: number,
): number {
  let at = start;
  let bits = 0;
  let used = 0;
  for (let k = from; k < to; k++) {
    bits |= codes[k] << used;
    used += width;
    while (used >= 8) {
      out[at++] = bits & 255;
      bits >>>= 8;
      used -= 8;
    }
  }
  const end = start + (count * width) / 8;
  if (used > 0) out[at++] = bits & 255;
  while (at < end) out[at++] = 0;
  return end;
}
