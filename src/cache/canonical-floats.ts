import { asBytes } from '../arrow/index.js';

/*
 * Floats whose bits differ and that no program tells apart are one value here: every NaN. 0 and -0 are two.
 */

/** How much is copied at a time, where something has to be changed before it is hashed. */
export const BLOCK_BYTES = 64 * 1024;

/** The bytes of floats, every NaN the same. Copied, block by block, only where there is a NaN. */
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

// One loop for each type: a loop that meets both is several times slower.
function hasNaN(values: Float32Array | Float64Array, from: number, to: number): boolean {
  return values instanceof Float64Array
    ? hasNaN64(values, from, to)
    : hasNaN32(values as Float32Array, from, to);
}

function hasNaN64(values: Float64Array, from: number, to: number): boolean {
  // Any NaN makes the sum one; so do infinities of both signs, which only cost a needless copy.
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i] * 0;
  return sum !== 0;
}

function hasNaN32(values: Float32Array, from: number, to: number): boolean {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i] * 0;
  return sum !== 0;
}

/** The same for half floats, which are kept as their bits. */
export function* canonicalHalves(values: Uint16Array): Iterable<Uint8Array> {
  const step = BLOCK_BYTES / 2;
  for (let from = 0; from < values.length; from += step) {
    const copy = values.slice(from, from + step);
    for (let i = 0; i < copy.length; i++) if ((copy[i] & 0x7fff) > 0x7c00) copy[i] = 0x7e00;
    yield asBytes(copy);
  }
}
