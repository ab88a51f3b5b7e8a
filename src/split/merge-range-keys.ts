import type { DataType } from 'apache-arrow';
import { factorize } from './factorize.js';
import type { Grouping, GroupingOptions } from './grouping.js';
import { nullsAsKey } from './key-codes.js';
import { observedCombinations } from './key-combinations.js';
import { groupOrder, layOutGroups } from './places.js';
import type { RangeKeys } from './range-keys.js';

/** The groups of all ranges together. */
interface MergedRanges extends Omit<Grouping, 'places' | 'inPlace' | 'keys'> {
  /** For each range: code -> the place of its first row. */
  readonly next: readonly Int32Array[];
}

/** Merges the keys of all ranges of a table into groups; `ranges` are in the order of their rows. */
export function mergeRangeKeys(
  types: readonly DataType[],
  ranges: readonly RangeKeys[],
  { dropna, sort }: Pick<GroupingOptions, 'dropna' | 'sort'>,
): MergedRanges {
  const total = ranges.reduce((sum, range) => sum + range.sizes.length, 0);
  const combined = observedCombinations(
    types.map((type, k) => {
      const found = factorize(
        type,
        ranges.map((range) => range.distinct[k]),
        new Int32Array(total),
      );
      return dropna ? found : nullsAsKey(found);
    }),
  );
  const sizes = new Int32Array(combined.count);
  const first = new Int32Array(combined.count).fill(-1);
  const mergedCodes = codesByRange(combined.codes, ranges);
  for (const [r, range] of ranges.entries()) addRange(range, mergedCodes[r], first, sizes);
  const { next: free, ...groups } = layOutGroups(groupOrder(combined, first, sort, false), sizes, first);
  return { ...groups, next: ranges.map((range, r) => takePlaces(range.sizes, mergedCodes[r], free)) };
}

/* Loops over keys, in functions that last: V8 drops the compiled code of closures between calls. */

function addRange(
  { firstRows, sizes }: RangeKeys,
  codes: Int32Array,
  allFirst: Int32Array,
  allSizes: Int32Array,
): void {
  for (let own = 0; own < sizes.length; own++) {
    const code = codes[own];
    if (allFirst[code] < 0) allFirst[code] = firstRows[own];
    allSizes[code] += sizes[own];
  }
}

/** Returns the first free place of each key of a range, and takes as many as it has rows. */
function takePlaces(sizes: Int32Array, codes: Int32Array, free: Int32Array): Int32Array {
  const places = new Int32Array(sizes.length);
  for (let own = 0; own < sizes.length; own++) {
    const code = codes[own];
    places[own] = free[code];
    free[code] += sizes[own];
  }
  return places;
}

/** Returns, for each range, its own code -> the code among all keys. */
function codesByRange(codes: Int32Array, ranges: readonly RangeKeys[]): Int32Array[] {
  let at = 0;
  return ranges.map(({ sizes }) => {
    at += sizes.length;
    return codes.subarray(at - sizes.length, at);
  });
}
