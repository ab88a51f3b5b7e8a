/** The code of a row without a key: null or NaN, unless {@link nullsAsKey} makes these a key. */
export const NO_KEY = -1;

/** A key column as small integers: rows with equal keys have equal codes. */
export interface KeyCodes {
  /** row -> code; {@link NO_KEY} for null and NaN. */
  readonly codes: Int32Array;
  /** Codes are 0 to count-1. */
  readonly count: number;
  /** Orders two codes by their keys, ascending. */
  compare(a: number, b: number): number;
  /**
   * Returns code -> its position in the order of `compare`, where that takes less time than comparing. Left
   * out of key codes that are made of others with another order.
   */
  readonly ranks?: () => Int32Array;
  /** The code of null, if nulls are a key of their own. It comes last in every order. */
  readonly nullCode?: number;
  /**
   * Returns the key of a code. Dictionaries have it, because a value may have a code and no row to read the
   * key from.
   */
  readonly valueOf?: (code: number) => unknown;
  /** The rows of each code, if they were counted when they got their codes. */
  readonly counted?: CountedCodes;
}

export interface CountedCodes {
  /** code -> the number of its rows. */
  readonly sizes: Int32Array;
  /** code -> its first row; -1 for a code without rows. */
  readonly firsts: Int32Array;
}

/** Returns the first row of each code of a column whose codes are in order of first appearance. */
export function firstRowsOf({ codes, count, counted }: KeyCodes): Int32Array {
  if (counted) return counted.firsts;
  const firstRows = new Int32Array(count);
  for (let row = 0, found = 0; row < codes.length && found < count; row++) {
    if (codes[row] === found) firstRows[found++] = row;
  }
  return firstRows;
}

/**
 * Makes null a key: gives rows without a key a code of their own, greater than all others. Overwrites
 * `keys.codes`.
 */
export function nullsAsKey(keys: KeyCodes): KeyCodes {
  const { codes, count, compare } = keys;
  let hasNulls = false;
  for (let row = 0; row < codes.length; row++) {
    if (codes[row] === NO_KEY) {
      codes[row] = count;
      hasNulls = true;
    }
  }
  if (!hasNulls) return keys;
  return {
    ...keys,
    count: count + 1,
    nullCode: count,
    counted: undefined,
    ranks: undefined,
    compare: (a, b) => (a === count || b === count ? a - b : compare(a, b)),
  };
}

/** Returns code -> its position in ascending order of the keys. */
export function ranksOf({ count, compare, ranks: known }: KeyCodes): Int32Array {
  if (known) return known();
  const order = new Int32Array(count);
  for (let code = 0; code < count; code++) order[code] = code;
  order.sort(compare);
  const ranks = new Int32Array(count);
  for (let rank = 0; rank < count; rank++) ranks[order[rank]] = rank;
  return ranks;
}
