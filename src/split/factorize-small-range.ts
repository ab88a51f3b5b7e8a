import { type KeyCodes, NO_KEY } from './key-codes.js';

/** A range of at most this many integers is always small. */
const ALWAYS_SMALL = 1 << 16;
/** A larger range is small if it has no more integers than the column has rows, and no more than this. */
export const LARGEST_RANGE = 1 << 24;

/** A chunk of keys as 32-bit words, `step` of them a row, the lower one first. */
export interface KeyWords {
  readonly words: Int32Array;
  readonly step: number;
  readonly length: number;
  /** 1 for each row that has no key; undefined if every row has one. */
  readonly missing: Uint8Array | undefined;
}

/**
 * Numbers integers that lie close together, such as ids, days and years: an array with a place for each finds
 * codes faster than a hash table. Returns undefined if their range is too large.
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
  if (width > ALWAYS_SMALL && width > Math.min(codes.length, LARGEST_RANGE)) return undefined;
  const codeOf = new Int32Array(Math.max(width, 0)).fill(NO_KEY);
  const keys = new Int32Array(codeOf.length);
  let count = 0;
  let row = 0;
  for (const { words, step, length, missing } of chunks) {
    for (let i = 0; i < length; i++, row++) {
      if (missing !== undefined && missing[i] === 1) {
        codes[row] = NO_KEY;
        continue;
      }
      const key = words[i * step] - least;
      let code = codeOf[key];
      if (code === NO_KEY) {
        code = count++;
        codeOf[key] = code;
        keys[code] = key;
      }
      codes[row] = code;
    }
  }
  return { codes, count, compare: (a, b) => keys[a] - keys[b] };
}

/** Returns the least and the greatest key; undefined if a key does not fit into a signed 32-bit integer. */
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
