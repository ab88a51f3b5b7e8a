import { type KeyCodes, ranksOf } from './key-codes.js';
import { pairKeys } from './pair-keys.js';

/** Several key columns as one. */
export interface KeyCombinations extends KeyCodes {
  /** Returns the code of each column for a code of the combination. */
  parts(code: number): readonly number[];
}

/** Combines key columns; codes stand for the combinations that rows have. */
export const observedCombinations = (columns: readonly KeyCodes[]): KeyCombinations => join(columns, 0);

/**
 * Combines key columns as pandas does with `observed=False`: codes stand for every combination of categories,
 * each with every combination of the other columns' keys that rows have.
 */
export function allCombinations(
  columns: readonly KeyCodes[],
  isCategory: readonly boolean[],
): KeyCombinations {
  const positions = columns.map((_, k) => k);
  const plain = positions.filter((k) => !isCategory[k]);
  if (plain.length < 2) return join(columns, columns.length);
  const order = [...plain, ...positions.filter((k) => isCategory[k])];
  const joined = join(
    order.map((k) => columns[k]),
    order.length - plain.length,
  );
  const parts = (code: number) => {
    const found = joined.parts(code);
    return positions.map((k) => found[order.indexOf(k)]);
  };
  return { ...joined, parts, ranks: undefined, compare: byParts(columns, joined.count, parts) };
}

/**
 * Combines columns from left to right. The last `every` of them contribute all their keys, the others only
 * combinations that rows have.
 */
function join([first, ...others]: readonly KeyCodes[], every: number): KeyCombinations {
  let joined: KeyCombinations = { ...first, parts: (code) => [code] };
  others.forEach((other, k) => {
    const { parts } = joined;
    const combined = pairKeys(joined, other, k >= others.length - every);
    joined = {
      ...combined,
      parts: (code) => {
        const [left, right] = combined.split(code);
        return [...parts(left), right];
      },
    };
  });
  return joined;
}

/** Returns an order of codes: by the keys of the first column, then of the second, and so on. */
function byParts(
  columns: readonly KeyCodes[],
  count: number,
  parts: (code: number) => readonly number[],
): KeyCodes['compare'] {
  let ranks: readonly (readonly number[])[] | undefined;
  return (a, b) => {
    if (ranks === undefined) {
      const ofColumns = columns.map(ranksOf);
      ranks = Array.from({ length: count }, (_, code) => parts(code).map((part, k) => ofColumns[k][part]));
    }
    const [x, y] = [ranks[a], ranks[b]];
    const k = x.findIndex((rank, at) => rank !== y[at]);
    return k < 0 ? 0 : x[k] - y[k];
  };
}
