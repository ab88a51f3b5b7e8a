import { ParquetKernel } from './kernel.js';

/** Values of a dictionary take no more bytes than this, as in pyarrow. */
export const DICTIONARY_BYTES = 1024 * 1024;

/** Rows that are looked at first, to see whether values repeat at all. */
const SAMPLE = 4096;

/** The distinct values of a column, in order of first appearance, and each row's position among them. */
export interface WordDictionary {
  readonly codes: Int32Array;
  readonly values: Int32Array;
  readonly count: number;
}

/**
 * The memory of codes: columns are encoded one after the other, and fresh memory costs more than numbering.
 */
let scratch = new Int32Array(0);
/** Codes of more rows get memory of their own, which goes again. */
const SCRATCH_ROWS = 2 * 1024 * 1024;

/**
 * Numbers values of one or two words; undefined if they hardly repeat or are too many. Compares bits, so that
 * every NaN and -0 comes back as it was. The codes are valid until the next call in this thread.
 */
export function wordDictionary(words: Int32Array, width: 1 | 2): WordDictionary | undefined {
  const length = words.length / width;
  const most = Math.min(DICTIONARY_BYTES / (4 * width), length);
  const kernel = ParquetKernel.ofThread();
  if (kernel) {
    if (length <= SCRATCH_ROWS && scratch.length < length) scratch = new Int32Array(length);
    const codes = length <= SCRATCH_ROWS ? scratch.subarray(0, length) : new Int32Array(length);
    const values = kernel.numberWords(words, width, codes, most, { rows: SAMPLE, most: SAMPLE * 0.75 });
    const count = values ? values.length / width : 0;
    return values && isWorthwhile(count, length) ? { codes, values, count } : undefined;
  }
  const bits = Math.max(10, Math.ceil(Math.log2(most * 2)));
  const slots = new Int32Array(1 << bits);
  const shift = 32 - bits;
  const mask = slots.length - 1;
  const codes = new Int32Array(length);
  const values = new Int32Array(most * width);
  let count = 0;
  for (let row = 0; row < length; row++) {
    if (row === SAMPLE && count > SAMPLE * 0.75) return undefined;
    const low = words[row * width];
    const high = width === 2 ? words[row * 2 + 1] : 0;
    let slot = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1) >>> shift;
    for (;;) {
      // Slots hold codes from 1 on; 0 is a free one.
      const code = slots[slot] - 1;
      if (code < 0) {
        if (count === most) return undefined;
        slots[slot] = count + 1;
        values[count * width] = low;
        if (width === 2) values[count * 2 + 1] = high;
        codes[row] = count++;
        break;
      }
      if (values[code * width] === low && (width === 1 || values[code * 2 + 1] === high)) {
        codes[row] = code;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
  return isWorthwhile(count, length)
    ? { codes, values: values.subarray(0, count * width), count }
    : undefined;
}

/** A dictionary of values that appear about once takes more bytes than the values. */
const isWorthwhile = (count: number, length: number) => count * 2 <= length || length <= 64;
