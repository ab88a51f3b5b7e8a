import { type KeyCodes, ranksOf } from './key-codes.js';
import { pairKeys } from './pair-keys.js';

/** Key columns as one, and the way back from its codes to theirs. */
export interface KeyCombinations extends KeyCodes {
  parts(code: number): readonly number[];
}

/** The combinations of keys that rows have. */
export const observedCombinations = (columns: readonly KeyCodes[]): KeyCombinations => join(columns, 0);

/**
 * Every category with every other and with the keys of the plain columns, as `observed=False` of pandas has it: of the plain
 * columns only the combinations that rows have.
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
  return { ...joined, parts, compare: byParts(columns, joined.count, parts) };
}

/** The last `every` columns come with each value they have, the others as rows have them. */
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

/** Orders codes by the first column's keys, then the second's, and so on. */
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
