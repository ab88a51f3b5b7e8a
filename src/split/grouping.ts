import { DataType } from 'apache-arrow';
import { OutsideCells } from '../kernel/index.js';
import type { ChunkedColumn } from './chunked-column.js';
import { memoryOfCodes } from './codes-memory.js';
import { factorizeColumn } from './factorize-column.js';
import { factorizeJoined } from './factorize-joined.js';
import { type KeyCodes, NO_KEY, nullsAsKey } from './key-codes.js';
import { allCombinations, observedCombinations } from './key-combinations.js';
import { keyReader } from './key-reader.js';
import { areInPlace, codesToPlaces, countCodes, fillInPlace, groupOrder, layOutGroups } from './places.js';

export interface GroupingOptions {
  readonly sort: boolean;
  readonly dropna: boolean;
  readonly observed: boolean;
}

/** The group of each row, and its place in the split table. */
export interface Grouping {
  readonly numGroups: number;
  /** Group `g` has places starts[g] to starts[g + 1]-1 of the split table. */
  readonly starts: Int32Array;
  /** row -> its place in the split table; -1 for a row that belongs to no group. */
  readonly places: Int32Array;
  /** True if every row belongs to a group and the rows already lie group by group. */
  readonly inPlace: boolean;
  /** group -> its first row in the input; -1 for a group without rows. */
  readonly firstRows: Int32Array;
  /**
   * group -> its key, one value a key column. Present only if groups without rows are kept; otherwise the
   * first row of a group holds its key.
   */
  readonly keys?: readonly (readonly unknown[])[];
}

/** Groups rows by one or more key columns of `length` rows each. Rows of a group keep their order. */
export function groupRows(
  keys: readonly ChunkedColumn[],
  length: number,
  options: GroupingOptions,
): Grouping {
  const isObserved = !keepsUnobserved(keys, options);
  const first = memoryOfCodes(length);
  const joined = isObserved ? factorizeJoined(keys, first) : undefined;
  if (joined) return arrange(joined, options.sort);
  const columns = keys.map((key, k) => {
    // Keys without rows are those of a dictionary.
    const memory = k === 0 ? first : memoryOfCodes(length);
    const codes = numberKeys(key, options.observed || !isCategory(key), memory);
    return options.dropna ? codes : nullsAsKey(codes);
  });
  if (isObserved) return arrange(observedCombinations(columns), options.sort);
  // The readers are made first: `allCombinations` overwrites the codes they scan.
  const readers = columns.map((column, k) => codeReader(column, keys[k]));
  const all = allCombinations(columns, keys.map(isCategory));
  return arrange(all, options.sort, (code) => all.parts(code).map((part, k) => readers[k](part)));
}

function numberKeys(key: ChunkedColumn, isQuick: boolean, codes: Int32Array): KeyCodes {
  const number = () => factorizeColumn((isQuick ? key.periodKeys?.column : undefined) ?? key, codes);
  try {
    return number();
  } catch (error) {
    if (!(error instanceof OutsideCells)) throw error;
    key.settle?.();
    return number();
  }
}

/** Tells whether keys without rows get groups. Only dictionary columns have such keys. */
export const keepsUnobserved = (keys: readonly ChunkedColumn[], { observed }: GroupingOptions): boolean =>
  !observed && keys.some(isCategory);

const isCategory = ({ type, isEncoded }: ChunkedColumn): boolean => DataType.isDictionary(type) && !isEncoded;

/** Returns code -> key of one column, read from the first row that has the code. */
function codeReader(keys: KeyCodes, column: ChunkedColumn): (code: number) => unknown {
  const rows = new Int32Array(keys.count).fill(-1);
  for (let row = 0; row < keys.codes.length; row++) {
    const code = keys.codes[row];
    if (code !== NO_KEY && rows[code] < 0) rows[code] = row;
  }
  const keyAt = keyReader(column);
  return (code) => (keys.valueOf && rows[code] < 0 ? keys.valueOf(code) : keyAt(rows[code]));
}

/**
 * Counts each code, orders the codes and gives every row its place. With `keyOf`, codes without rows become
 * groups too.
 */
function arrange(keys: KeyCodes, sort: boolean, keyOf?: (code: number) => readonly unknown[]): Grouping {
  const { codes, count } = keys;
  const { sizes, firsts: first } = keys.counted ?? countCodes(codes, count);
  const order = groupOrder(keys, first, sort, keyOf !== undefined);
  const { next, ...groups } = layOutGroups(order, sizes, first);
  const groupKeys = keyOf && Array.from(order, keyOf);
  // The codes are not needed any more; the places take their memory.
  const inPlace = areInPlace(groups, codes.length);
  if (inPlace) fillInPlace(codes);
  else codesToPlaces(codes, 0, codes.length, next);
  return { ...groups, places: codes, inPlace, keys: groupKeys };
}
