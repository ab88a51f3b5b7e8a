import { type Data, DataType } from 'apache-arrow';
import { allocateShared, concatData } from '../arrow/index.js';
import { factorize } from './factorize.js';
import {
  type ChunkedColumn,
  type Grouping,
  type GroupingOptions,
  groupOrder,
  keepsUnobserved,
  layOutGroups,
  nullsLast,
} from './grouping.js';
import { NULL_CODE } from './key-codes.js';
import { observedCombinations } from './key-combinations.js';
import { chunkIndexOf } from './key-values.js';
import { scatter } from './scatter.js';
import { chunksWithin } from './scatter-buffers.js';

/*
 * Grouping by parts: each range of rows finds its own keys and counts them, apart from all others. Then the few keys there are, and not
 * the rows, are grouped to see which belong together; and each range gives its rows their places.
 */

/** The keys of some rows. A code stands for a key in this range alone. */
export interface RangeKeys {
  /** Code -> key: one column of keys for each key column. */
  readonly distinct: readonly Data[];
  /** Code -> its first row, counted from the first of all rows. */
  readonly firstRows: Int32Array;
  /** Code -> how many rows have it. */
  readonly sizes: Int32Array;
}

/**
 * Whether keys can be found range by range: not where keys without rows are wanted, nor where a dictionary says what the order is, of
 * which a range may have but a part.
 */
export const canGroupByRanges = (keys: readonly ChunkedColumn[], options: GroupingOptions): boolean =>
  !keepsUnobserved(keys, options) && !keys.some(({ type }) => DataType.isDictionary(type) && type.isOrdered);

/** Finds the keys of rows from … to-1 and writes the codes of these rows to `codes`, which has all rows. */
export function factorizeRange(
  keys: readonly ChunkedColumn[],
  from: number,
  to: number,
  codes: Int32Array,
  { dropna }: Pick<GroupingOptions, 'dropna'>,
): RangeKeys {
  const length = to - from;
  const own = codes.subarray(from, to);
  const columns = keys.map(({ type, chunks }) => ({ type, chunks: chunksWithin(chunks, from, to) }));
  const joined = observedCombinations(
    columns.map(({ type, chunks }, k) => {
      const found = factorize(type, chunks, k === 0 ? own : new Int32Array(length));
      return dropna ? found : nullsLast(found);
    }),
  );
  if (joined.codes !== own) own.set(joined.codes);
  const sizes = new Int32Array(joined.count);
  const first = new Int32Array(joined.count);
  for (let row = 0; row < length; row++) {
    const code = own[row];
    if (code !== NULL_CODE && sizes[code]++ === 0) first[code] = row;
  }
  // Values of a dictionary that no row here has are keys of no row.
  const used = usedCodes(sizes);
  if (used.length < joined.count) renumber(own, used, joined.count);
  const rows = first.filter((_, code) => sizes[code] > 0);
  return {
    distinct: columns.map(({ type, chunks }) => takeRows(type, chunks, rows, length)),
    firstRows: rows.map((row) => from + row),
    sizes: sizes.filter((size) => size > 0),
  };
}

function usedCodes(sizes: Int32Array): Int32Array {
  const all = sizes.map((_, code) => code);
  return all.filter((code) => sizes[code] > 0);
}

/** Gives the codes in `used` the numbers 0, 1, 2 … in their order. */
function renumber(codes: Int32Array, used: Int32Array, count: number): void {
  const numbers = new Int32Array(count);
  used.forEach((code, number) => {
    numbers[code] = number;
  });
  for (let row = 0; row < codes.length; row++) if (codes[row] !== NULL_CODE) codes[row] = numbers[codes[row]];
}

/** Where fewer than one row in so many is taken, they are taken one by one. */
const FEW_ROWS = 64;

/** Some rows of a column of `length` rows, in shared memory. */
function takeRows(type: DataType, chunks: readonly Data[], rows: Int32Array, length: number): Data {
  if (rows.length * FEW_ROWS > length) {
    const places = new Int32Array(length).fill(-1);
    rows.forEach((row, place) => {
      places[row] = place;
    });
    return scatter(type, chunks, { places, length: rows.length, allocate: allocateShared });
  }
  const starts = [0];
  for (const chunk of chunks) starts.push(starts[starts.length - 1] + chunk.length);
  const taken = Array.from(rows, (row) => {
    const k = chunkIndexOf(starts, row);
    return chunks[k].slice(row - starts[k], 1);
  });
  return concatData(type, taken, allocateShared);
}

/** The groups of all ranges together, and where the rows of each begin. */
interface MergedRanges extends Omit<Grouping, 'places' | 'inPlace' | 'keys'> {
  /** For each range: code -> the place of its first row. */
  readonly next: readonly Int32Array[];
}

/** Brings the keys of the ranges of all rows together; `ranges` are in the order of their rows. */
export function mergeRangeKeys(
  types: readonly DataType[],
  ranges: readonly RangeKeys[],
  { dropna, sort }: Pick<GroupingOptions, 'dropna' | 'sort'>,
): MergedRanges {
  const total = ranges.reduce((sum, range) => sum + range.sizes.length, 0);
  const joined = observedCombinations(
    types.map((type, k) => {
      const found = factorize(
        type,
        ranges.map((range) => range.distinct[k]),
        new Int32Array(total),
      );
      return dropna ? found : nullsLast(found);
    }),
  );
  const sizes = new Int32Array(joined.count);
  const first = new Int32Array(joined.count).fill(-1);
  const codesOf = rangesOf(joined.codes, ranges);
  ranges.forEach((range, r) => {
    for (let own = 0; own < range.sizes.length; own++) {
      const code = codesOf[r][own];
      if (first[code] < 0) first[code] = range.firstRows[own];
      sizes[code] += range.sizes[own];
    }
  });
  const { next: at, ...laid } = layOutGroups(groupOrder(joined, first, sort, false), sizes, first);
  const next = ranges.map((range, r) =>
    range.sizes.map((size, own) => {
      const code = codesOf[r][own];
      at[code] += size;
      return at[code] - size;
    }),
  );
  return { ...laid, next };
}

function rangesOf(codes: Int32Array, ranges: readonly RangeKeys[]): Int32Array[] {
  let at = 0;
  return ranges.map(({ sizes }) => {
    at += sizes.length;
    return codes.subarray(at - sizes.length, at);
  });
}

/** Codes of rows from … to-1 become their places. Whether every row is where it belongs already. */
export function codesToPlaces(codes: Int32Array, from: number, to: number, next: Int32Array): boolean {
  let inPlace = true;
  for (let row = from; row < to; row++) {
    const code = codes[row];
    if (code !== NULL_CODE) codes[row] = next[code]++;
    if (codes[row] !== row) inPlace = false;
  }
  return inPlace;
}
