import { ApplyError } from '../errors.js';
import { type KeyCodes, NULL_CODE, ranksOf } from './key-codes.js';
import { WordsHashTable } from './words-hash-table.js';

/** With at most this many combinations a plain array finds the code of a pair; with more, a hash table does. */
const DIRECT_LIMIT = 1 << 22;

/** So many groups, each with a key and a call of the function, is what fits into memory with room to spare. */
const MAX_PAIRS = 10_000_000;

/**
 * Two key columns as one. A pair of keys is a pair of codes, never a joined string, so ('a-b', 'c') and ('a', 'b-c') stay apart.
 * With `every` all pairs get a code, whether a row has them or not.
 */
export function pairKeys(first: KeyCodes, second: KeyCodes, every: boolean): KeyPairs {
  const codes = new Int32Array(first.codes.length);
  const pairs = every ? allPairs(first, second, codes) : observedPairs(first, second, codes);
  let ranks: readonly [Int32Array, Int32Array] | undefined;
  return {
    codes,
    count: pairs.count,
    split: (code) => [pairs.first(code), pairs.second(code)],
    compare: (a, b) => {
      ranks ??= [ranksOf(first), ranksOf(second)];
      const [ranks1, ranks2] = ranks;
      return (
        ranks1[pairs.first(a)] - ranks1[pairs.first(b)] || ranks2[pairs.second(a)] - ranks2[pairs.second(b)]
      );
    },
  };
}

export interface KeyPairs extends KeyCodes {
  /** The codes of the two columns behind a code. */
  split(code: number): readonly [first: number, second: number];
}

interface Pairs {
  readonly count: number;
  first(code: number): number;
  second(code: number): number;
}

function allPairs(first: KeyCodes, second: KeyCodes, codes: Int32Array): Pairs {
  const width = second.count;
  if (first.count * width > MAX_PAIRS) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `observed: false makes a group of every combination of keys, here ${first.count} × ${width}; that is too many: 10,000,000 is the limit`,
    );
  }
  for (let row = 0; row < codes.length; row++) {
    const a = first.codes[row];
    const b = second.codes[row];
    codes[row] = a < 0 || b < 0 ? NULL_CODE : a * width + b;
  }
  return {
    count: first.count * width,
    first: (code) => Math.floor(code / width),
    second: (code) => code % width,
  };
}

function observedPairs(first: KeyCodes, second: KeyCodes, codes: Int32Array): Pairs {
  const table = new WordsHashTable();
  const width = second.count;
  const direct =
    first.count * width <= DIRECT_LIMIT ? new Int32Array(first.count * width).fill(-1) : undefined;
  for (let row = 0; row < codes.length; row++) {
    const a = first.codes[row];
    const b = second.codes[row];
    if (a < 0 || b < 0) {
      codes[row] = NULL_CODE;
    } else if (direct) {
      const at = a * width + b;
      codes[row] = direct[at] >= 0 ? direct[at] : (direct[at] = table.add(a, b));
    } else {
      codes[row] = table.add(a, b);
    }
  }
  return { count: table.count, first: (code) => table.low[code], second: (code) => table.high[code] };
}
