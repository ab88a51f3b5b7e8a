import { type Data, type DataType, Type } from 'apache-arrow';
import { factorize } from './factorize.js';
import { type KeyCodes, NULL_CODE, ranksOf } from './key-codes.js';
import { allCombinations, type KeyCombinations, observedCombinations } from './key-combinations.js';
import { keyReader } from './key-values.js';

/** A column in the chunks it came in. */
export interface ChunkedColumn {
  readonly type: DataType;
  readonly chunks: readonly Data[];
}

export interface GroupingOptions {
  readonly sort: boolean;
  readonly dropna: boolean;
  readonly observed: boolean;
}

/** Which row belongs to which group, and where it goes. */
export interface Grouping {
  readonly numGroups: number;
  /** Group `g` takes the places starts[g] … starts[g + 1] of the split table. */
  readonly starts: Int32Array;
  /** row -> its place in the split table; -1 for a row that belongs to no group. */
  readonly places: Int32Array;
  /** The rows already lie group by group, and every one belongs to a group. */
  readonly inPlace: boolean;
  /** group -> its first row in the input; -1 for a group without rows. */
  readonly firstRows: Int32Array;
  /** group -> its key, one value a key column; given where groups without rows are kept, else the first row tells. */
  readonly keys?: readonly (readonly unknown[])[];
}

/** Groups rows by one or more key columns of `length` rows each. Groups come in order, rows keep theirs. */
export function groupRows(
  keys: readonly ChunkedColumn[],
  length: number,
  options: GroupingOptions,
): Grouping {
  const every = keepsUnobserved(keys, options);
  const columns = keys.map(({ type, chunks }) => {
    const codes = factorize(type, chunks, new Int32Array(length));
    return options.dropna ? codes : nullsLast(codes);
  });
  const readers = every ? columns.map((column, k) => codeReader(column, keys[k])) : undefined;
  const joined = every ? allCombinations(columns, keys.map(isCategory)) : observedCombinations(columns);
  return arrange(joined, options.sort, readers);
}

/** Whether keys that no row has are wanted. Only categories have such. */
export const keepsUnobserved = (keys: readonly ChunkedColumn[], { observed }: GroupingOptions): boolean =>
  !observed && keys.some(isCategory);

const isCategory = ({ type }: ChunkedColumn): boolean => type.typeId === Type.Dictionary;

/** code -> key of one column. Made before the codes are overwritten, since it looks for a row of each. */
function codeReader(keys: KeyCodes, column: ChunkedColumn): (code: number) => unknown {
  const rows = new Int32Array(keys.count).fill(-1);
  for (let row = 0; row < keys.codes.length; row++) {
    const code = keys.codes[row];
    if (code !== NULL_CODE && rows[code] < 0) rows[code] = row;
  }
  const valueAt = keyReader(column);
  return (code) => (keys.valueOf && rows[code] < 0 ? keys.valueOf(code) : valueAt(rows[code]));
}

/** Null keys as one more key, greater than all others. */
export function nullsLast(keys: KeyCodes): KeyCodes {
  const { codes, count, compare } = keys;
  let any = false;
  for (let row = 0; row < codes.length; row++) {
    if (codes[row] === NULL_CODE) {
      codes[row] = count;
      any = true;
    }
  }
  if (!any) return keys;
  return {
    ...keys,
    count: count + 1,
    nullCode: count,
    compare: (a, b) => (a === count || b === count ? a - b : compare(a, b)),
  };
}

/** Codes -> places: count each code, order the codes, and hand out the places of each in row order. */
function arrange(
  keys: KeyCombinations,
  sort: boolean,
  readers?: readonly ((code: number) => unknown)[],
): Grouping {
  const { codes, count } = keys;
  const sizes = new Int32Array(count);
  const first = new Int32Array(count).fill(-1);
  countCodes(codes, sizes, first);
  const order = groupOrder(keys, first, sort, readers !== undefined);
  const { next, ...laid } = layOutGroups(order, sizes, first);
  const groupKeys =
    readers && Array.from(order, (code) => keys.parts(code).map((part, k) => readers[k](part)));
  const inPlace = placesOfAll(codes, next);
  return { ...laid, places: codes, inPlace, keys: groupKeys };
}

/*
 * Loops over rows stand in functions of typed arrays alone. The code V8 compiles for them outlives its garbage collections, which
 * code for other objects does not, once the last of their kind is gone.
 */

/** How many rows have each code, and the first of them. */
function countCodes(codes: Int32Array, sizes: Int32Array, first: Int32Array): void {
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row];
    if (code !== NULL_CODE && sizes[code]++ === 0) first[code] = row;
  }
}

/** Puts the row's place in the place of its code, whose memory has served. Says whether all rows stay where they are. */
function placesOfAll(codes: Int32Array, next: Int32Array): boolean {
  let inPlace = true;
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row];
    if (code !== NULL_CODE) codes[row] = next[code]++;
    if (codes[row] !== row) inPlace = false;
  }
  return inPlace;
}

/** Groups one after the other; `next` is code -> the place of its first row. */
export function layOutGroups(order: Int32Array, sizes: Int32Array, first: Int32Array) {
  const numGroups = order.length;
  const starts = new Int32Array(numGroups + 1);
  const firstRows = new Int32Array(numGroups);
  const next = new Int32Array(sizes.length);
  for (let group = 0; group < numGroups; group++) {
    const code = order[group];
    firstRows[group] = first[code];
    next[code] = starts[group];
    starts[group + 1] = starts[group] + sizes[code];
  }
  return { numGroups, starts, firstRows, next };
}

/** The codes that become groups, in group order. */
export function groupOrder(keys: KeyCodes, first: Int32Array, sort: boolean, keepEmpty: boolean): Int32Array {
  const order = new Int32Array(keys.count);
  if (sort) {
    const ranks = ranksOf(keys);
    for (let code = 0; code < keys.count; code++) order[ranks[code]] = code;
  } else {
    for (let code = 0; code < keys.count; code++) order[code] = code;
    const appearance = (code: number) => {
      if (code === keys.nullCode) return Number.POSITIVE_INFINITY;
      return first[code] < 0 ? Number.MAX_SAFE_INTEGER : first[code];
    };
    order.sort((a, b) => (a === b ? 0 : appearance(a) - appearance(b) || a - b));
  }
  return keepEmpty ? order : order.filter((code) => first[code] >= 0);
}
