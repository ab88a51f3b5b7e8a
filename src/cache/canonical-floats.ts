import { asBytes } from '../arrow/index.js';

/* Prepares floats for hashing: all NaNs become the same, since programs cannot tell them apart. 0 and -0
   differ. */

/** How many bytes are copied at a time if values have to change before they are hashed. */
export const BLOCK_BYTES = 64 * 1024;

/** Yields the bytes of floats with equal NaNs. Copies only blocks that have a NaN. */
export function* canonicalFloats(values: Float32Array | Float64Array): Iterable<Uint8Array> {
  const step = BLOCK_BYTES / values.BYTES_PER_ELEMENT;
  let clean = 0;
  for (let from = 0; from < values.length; from += step) {
    const to = Math.min(from + step, values.length);
    if (!hasNaN(values, from, to)) continue;
    if (from > clean) yield asBytes(values.subarray(clean, from));
    const copy = values.slice(from, to);
    for (let i = 0; i < copy.length; i++) if (Number.isNaN(copy[i])) copy[i] = Number.NaN;
    yield asBytes(copy);
    clean = to;
  }
  if (clean < values.length) yield asBytes(clean === 0 ? values : values.subarray(clean));
}

// One function for each type: a loop that sees both types runs several times slower.
function hasNaN(values: Float32Array | Float64Array, from: number, to: number): boolean {
  return values instanceof Float64Array
    ? hasNaN64(values, from, to)
    : hasNaN32(values as Float32Array, from, to);
}

function hasNaN64(values: Float64Array, from: number, to: number): boolean {
  // x * 0 is NaN for NaN and for infinities. An infinity only costs a needless copy.
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i] * 0;
  return sum !== 0;
}

function hasNaN32(values: Float32Array, from: number, to: number): boolean {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i] * 0;
  return sum !== 0;
}

/** Yields the bytes of half floats, given as their bits, with equal NaNs. */
export function* canonicalHalves(values: Uint16Array): Iterable<Uint8Array> {
  const step = BLOCK_BYTES / 2;
  for (let from = 0; from < values.length; from += step) {
    const copy = values.slice(from, from + step);
    for (let i = 0; i < copy.length; i++) if ((copy[i] & 0x7fff) > 0x7c00) copy[i] = 0x7e00;
    yield asBytes(copy);
  }
}
