/** The code of a row whose key is null or NaN. */
export const NULL_CODE = -1;

/** A key column as small integers: rows with equal keys have equal codes. */
export interface KeyCodes {
  /** One code a row, `NULL_CODE` for null and NaN. */
  readonly codes: Int32Array;
  /** Codes are 0 … count-1. */
  readonly count: number;
  /** Orders two codes by their keys, ascending. */
  compare(a: number, b: number): number;
  /** The code of null, where nulls are a key of their own. It comes last whatever the order. */
  readonly nullCode?: number;
  /** The key behind a code, where a code may have no row to read it from (dictionaries). */
  readonly valueOf?: (code: number) => unknown;
}

/** code -> its position in ascending order of the keys. */
export function ranksOf({ count, compare }: KeyCodes): Int32Array {
  const order = new Int32Array(count);
  for (let code = 0; code < count; code++) order[code] = code;
  order.sort(compare);
  const ranks = new Int32Array(count);
  for (let rank = 0; rank < count; rank++) ranks[order[rank]] = rank;
  return ranks;
}
