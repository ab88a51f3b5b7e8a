import type { Data, DataType } from 'apache-arrow';
import { allocateShared } from '../frame/index.js';
import { factorize } from './factorize.js';
import {
  type ChunkedColumn,
  type Grouping,
  type GroupingOptions,
  groupOrder,
  nullsLast,
} from './grouping.js';
import { joinObserved } from './join-keys.js';
import { NULL_CODE } from './key-codes.js';
import { scatter } from './scatter.js';

/*
 * Grouping by parts: each range of rows finds its own keys and counts them, apart from all others. Then the few keys there are, and not
 * the rows, are grouped to see which belong together; and each range gives its rows their places.
 */

/** The keys of some rows. A code stands for a key in this range alone. */
export interface KeyRange {
  /** Code -> key: one column of keys for each key column. */
  readonly distinct: readonly Data[];
  /** Code -> its first row, counted from the first of all rows. */
  readonly firstRows: Int32Array;
  /** Code -> how many rows have it. */
  readonly sizes: Int32Array;
}

/** Finds the keys of rows from … to-1 and writes the codes of these rows to `codes`, which has all rows. */
export function keyRange(
  keys: readonly ChunkedColumn[],
  from: number,
  to: number,
  codes: Int32Array,
  { dropna }: Pick<GroupingOptions, 'dropna'>,
): KeyRange {
  const length = to - from;
  const columns = keys.map(({ type, chunks }) => ({ type, chunks: chunksWithin(chunks, from, to) }));
  const joined = joinObserved(
    columns.map(({ type, chunks }) => {
      const found = factorize(type, chunks, length);
      return dropna ? found : nullsLast(found);
    }),
  );
  const own = codes.subarray(from, to);
  own.set(joined.codes);
  const sizes = new Int32Array(joined.count);
  const firstRows = new Int32Array(joined.count).fill(-1);
  // Where the first row of each code goes in the column of keys; all others go nowhere.
  const places = joined.codes;
  for (let row = 0; row < length; row++) {
    const code = own[row];
    if (code === NULL_CODE) continue;
    if (sizes[code]++ === 0) firstRows[code] = from + row;
    else places[row] = -1;
  }
  // Values of a dictionary that no row here has are keys of no row.
  const used = compactCodes(sizes);
  if (used.count < joined.count) {
    for (let row = 0; row < length; row++) {
      if (own[row] !== NULL_CODE) own[row] = used.codes[own[row]];
      if (places[row] !== -1) places[row] = used.codes[places[row]];
    }
  }
  const target = { places, length: used.count, allocate: allocateShared };
  return {
    distinct: columns.map(({ type, chunks }) => scatter(type, chunks, target)),
    firstRows: firstRows.filter((row) => row >= 0),
    sizes: sizes.filter((size) => size > 0),
  };
}

/** Codes without those that no row has. */
function compactCodes(sizes: Int32Array) {
  const codes = new Int32Array(sizes.length);
  let count = 0;
  for (let code = 0; code < sizes.length; code++) if (sizes[code] > 0) codes[code] = count++;
  return { codes, count };
}

/** The chunks of rows from … to-1. */
export function chunksWithin(chunks: readonly Data[], from: number, to: number): Data[] {
  const within: Data[] = [];
  let row = 0;
  for (const chunk of chunks) {
    const first = Math.max(from - row, 0);
    const last = Math.min(to - row, chunk.length);
    if (first < last) within.push(last - first === chunk.length ? chunk : chunk.slice(first, last - first));
    row += chunk.length;
  }
  return within;
}

/** The groups of all ranges together, and where the rows of each begin. */
export interface MergedRanges extends Omit<Grouping, 'places' | 'inPlace' | 'keys'> {
  /** For each range: code -> the place of its first row. */
  readonly next: readonly Int32Array[];
}

/** Brings the keys of the ranges of all rows together; `ranges` are in the order of their rows. */
export function mergeKeyRanges(
  types: readonly DataType[],
  ranges: readonly KeyRange[],
  { dropna, sort }: Pick<GroupingOptions, 'dropna' | 'sort'>,
): MergedRanges {
  const total = ranges.reduce((sum, range) => sum + range.sizes.length, 0);
  const joined = joinObserved(
    types.map((type, k) => {
      const found = factorize(
        type,
        ranges.map((range) => range.distinct[k]),
        total,
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
  const order = groupOrder(joined, first, sort, false);
  const numGroups = order.length;
  const starts = new Int32Array(numGroups + 1);
  const firstRows = new Int32Array(numGroups);
  const at = new Int32Array(joined.count);
  for (let group = 0; group < numGroups; group++) {
    const code = order[group];
    firstRows[group] = first[code];
    at[code] = starts[group];
    starts[group + 1] = starts[group] + sizes[code];
  }
  const next = ranges.map((range, r) =>
    range.sizes.map((size, own) => {
      const code = codesOf[r][own];
      at[code] += size;
      return at[code] - size;
    }),
  );
  return { numGroups, starts, firstRows, next };
}

function rangesOf(codes: Int32Array, ranges: readonly KeyRange[]): Int32Array[] {
  let at = 0;
  return ranges.map(({ sizes }) => {
    at += sizes.length;
    return codes.subarray(at - sizes.length, at);
  });
}

/** Codes of rows from … to-1 become their places. Whether every row is where it belongs already. */
export function placeRange(codes: Int32Array, from: number, to: number, next: Int32Array): boolean {
  let inPlace = true;
  for (let row = from; row < to; row++) {
    const code = codes[row];
    if (code !== NULL_CODE) codes[row] = next[code]++;
    if (codes[row] !== row) inPlace = false;
  }
  return inPlace;
}
