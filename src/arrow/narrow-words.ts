import type { Data } from 'apache-arrow';

/** Integers of 8, 16 or 32 bits, signed or not. */
export type Narrow = Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array;

/** Writes the numbers of a chunk into an array of a narrower type, which must hold them. */
export function narrowInto({ values, length }: Data, out: Narrow | Float32Array): void {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    narrowWords(new Int32Array(values.buffer, values.byteOffset, length * 2), 2, out as Narrow);
  } else out.set((values as Int32Array).subarray(0, length));
}

/** Writes every `step`-th word, from the first one on. What does not fit is cut off. */
export function narrowWords(words: Int32Array, step: 1 | 2, out: Narrow): void {
  const { buffer, byteOffset, length, BYTES_PER_ELEMENT: width } = out;
  if (width === 1) toBytes(words, step, new Int8Array(buffer, byteOffset, length));
  else if (width === 2) toHalves(words, step, new Int16Array(buffer, byteOffset, length));
  else toWords(words, step, new Int32Array(buffer, byteOffset, length));
}

/* One loop for each type of array: a loop that meets several is several times slower. */

function toBytes(words: Int32Array, step: number, out: Int8Array): void {
  for (let i = 0, at = 0; i < out.length; i++, at += step) out[i] = words[at];
}

function toHalves(words: Int32Array, step: number, out: Int16Array): void {
  for (let i = 0, at = 0; i < out.length; i++, at += step) out[i] = words[at];
}

function toWords(words: Int32Array, step: number, out: Int32Array): void {
  for (let i = 0, at = 0; i < out.length; i++, at += step) out[i] = words[at];
}
