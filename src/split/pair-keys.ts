import { ApplyError } from '../errors.js';
import { isForKernel, numberPairs } from '../kernel/index.js';
import { type CountedCodes, type KeyCodes, NO_KEY, ranksOf } from './key-codes.js';
import { WordsHashTable } from './words-hash-table.js';

/**
 * The most combinations of codes for which an array finds the code of a pair; above that a hash table does.
 */
const DIRECT_LIMIT = 1 << 22;

/** The most groups: each has a key and a result, and this many fit into memory with room to spare. */
const MAX_PAIRS = 10_000_000;

/**
 * Makes one key column of two. It pairs codes and never joins strings, so ('a-b', 'c') and ('a', 'b-c') stay
 * apart. With `every`, all pairs get a code, even those that no row has.
 */
export function pairKeys(first: KeyCodes, second: KeyCodes, every: boolean): KeyPairs {
  const codes = new Int32Array(first.codes.length);
  const pairs = every ? allPairs(first, second, codes) : observedPairs(first, second, codes);
  let ranks: readonly [Int32Array, Int32Array] | undefined;
  return {
    codes,
    count: pairs.count,
    counted: pairs.counted,
    ranks: () => rankPairs(first, second, pairs),
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
  /** Returns the codes of the two columns for a code of the pair. */
  split(code: number): readonly [first: number, second: number];
}

interface Pairs {
  readonly count: number;
  readonly counted?: CountedCodes;
  first(code: number): number;
  second(code: number): number;
  /** Returns code -> the codes of the two columns. */
  halves(): { readonly lefts: Int32Array; readonly rights: Int32Array };
}

/**
 * Ranks pairs by their first keys, then by their second ones. It counts instead of comparing: comparing calls
 * a closure some ten times a pair, and V8 drops the compiled code of closures between calls.
 */
function rankPairs(first: KeyCodes, second: KeyCodes, pairs: Pairs): Int32Array {
  const { lefts, rights } = pairs.halves();
  const order = new Int32Array(pairs.count);
  for (let code = 0; code < order.length; code++) order[code] = code;
  const bySecond = sortByRank(order, rights, ranksOf(second));
  const byBoth = sortByRank(bySecond, lefts, ranksOf(first));
  const ranks = order;
  for (let rank = 0; rank < byBoth.length; rank++) ranks[byBoth[rank]] = rank;
  return ranks;
}

/** Sorts codes by the rank of one of their halves, and keeps the order of those with the same half. */
function sortByRank(codes: Int32Array, halves: Int32Array, ranks: Int32Array): Int32Array {
  const next = new Int32Array(ranks.length + 1);
  for (let k = 0; k < codes.length; k++) next[ranks[halves[codes[k]]] + 1]++;
  for (let rank = 1; rank < next.length; rank++) next[rank] += next[rank - 1];
  const sorted = new Int32Array(codes.length);
  for (let k = 0; k < codes.length; k++) sorted[next[ranks[halves[codes[k]]]]++] = codes[k];
  return sorted;
}

/** Returns every second word, from `at` on. */
function everySecond(words: Int32Array, at: number, count: number): Int32Array {
  const out = new Int32Array(count);
  for (let k = 0; k < count; k++) out[k] = words[2 * k + at];
  return out;
}

function allPairs(first: KeyCodes, second: KeyCodes, codes: Int32Array): Pairs {
  const width = second.count;
  if (first.count * width > MAX_PAIRS) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `observed: false makes a group of every combination of keys, here ${first.count} × ${width}; ` +
        'that is too many: 10,000,000 is the limit',
    );
  }
  for (let row = 0; row < codes.length; row++) {
    const a = first.codes[row];
    const b = second.codes[row];
    codes[row] = a < 0 || b < 0 ? NO_KEY : a * width + b;
  }
  return {
    count: first.count * width,
    first: (code) => Math.floor(code / width),
    second: (code) => code % width,
    halves() {
      const lefts = new Int32Array(first.count * width);
      const rights = new Int32Array(lefts.length);
      for (let code = 0; code < lefts.length; code++) {
        lefts[code] = Math.floor(code / width);
        rights[code] = code % width;
      }
      return { lefts, rights };
    },
  };
}

function observedPairs(first: KeyCodes, second: KeyCodes, codes: Int32Array): Pairs {
  const numbered = isForKernel(codes.length) ? numberPairs(first.codes, second.codes, codes) : undefined;
  if (numbered) {
    const { count, tags } = numbered;
    const halves = new Int32Array(tags.buffer);
    return {
      count,
      counted: numbered,
      first: (code) => halves[2 * code],
      second: (code) => halves[2 * code + 1],
      halves: () => ({ lefts: everySecond(halves, 0, count), rights: everySecond(halves, 1, count) }),
    };
  }
  const table = new WordsHashTable();
  const width = second.count;
  const direct =
    first.count * width <= DIRECT_LIMIT ? new Int32Array(first.count * width).fill(-1) : undefined;
  for (let row = 0; row < codes.length; row++) {
    const a = first.codes[row];
    const b = second.codes[row];
    if (a < 0 || b < 0) {
      codes[row] = NO_KEY;
    } else if (direct) {
      const at = a * width + b;
      codes[row] = direct[at] >= 0 ? direct[at] : (direct[at] = table.add(a, b));
    } else {
      codes[row] = table.add(a, b);
    }
  }
  return {
    count: table.count,
    first: (code) => table.low[code],
    second: (code) => table.high[code],
    halves: () => ({ lefts: table.low, rights: table.high }),
  };
}
