import { type KeyCodes, NULL_CODE } from './key-codes.js';

/** Keys in a range of at most this many are looked up in an array, whatever the number of rows. */
const ALWAYS_NARROW = 1 << 16;
const MOST_NARROW = 1 << 24;

/** One chunk of keys as 32-bit words, `step` of them a row, the lower one first. */
export interface KeyWords {
  readonly words: Int32Array;
  readonly step: number;
  readonly length: number;
  /** A one for each row that has no key. */
  readonly missing: Uint8Array | undefined;
}

/**
 * Integers that lie close together, as ids, days and years do: an array with a place for each of them finds their codes quicker than
 * any hash table. Undefined where they do not.
 */
export function factorizeSmallRange(
  chunks: readonly KeyWords[],
  isSigned: boolean,
  codes: Int32Array,
): KeyCodes | undefined {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const chunk of chunks) {
    const range = rangeOf(chunk, isSigned);
    if (range === undefined) return undefined;
    least = Math.min(least, range[0]);
    greatest = Math.max(greatest, range[1]);
  }
  const width = greatest - least + 1;
  if (width > ALWAYS_NARROW && width > Math.min(codes.length, MOST_NARROW)) return undefined;
  const codeOf = new Int32Array(Math.max(width, 0)).fill(NULL_CODE);
  const keys = new Int32Array(codeOf.length);
  let count = 0;
  let row = 0;
  for (const { words, step, length, missing } of chunks) {
    for (let i = 0; i < length; i++, row++) {
      if (missing !== undefined && missing[i] === 1) {
        codes[row] = NULL_CODE;
        continue;
      }
      const key = words[i * step] - least;
      let code = codeOf[key];
      if (code === NULL_CODE) {
        code = count++;
        codeOf[key] = code;
        keys[code] = key;
      }
      codes[row] = code;
    }
  }
  return { codes, count, compare: (a, b) => keys[a] - keys[b] };
}

/** The least and the greatest key; undefined where one is no 32-bit integer with a sign. */
function rangeOf(
  { words, step, length, missing }: KeyWords,
  isSigned: boolean,
): [least: number, greatest: number] | undefined {
  let least = 2 ** 31 - 1;
  let greatest = -(2 ** 31);
  for (let i = 0; i < length; i++) {
    if (missing !== undefined && missing[i] === 1) continue;
    const low = words[i * step];
    if (step === 2 && words[i * 2 + 1] !== (isSigned ? low >> 31 : 0)) return undefined;
    if (!isSigned && low < 0) return undefined;
    if (low < least) least = low;
    if (low > greatest) greatest = low;
  }
  return least <= greatest ? [least, greatest] : [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
}
