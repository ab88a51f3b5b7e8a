import { type Data, type Dictionary, Type } from 'apache-arrow';
import type { ColumnName } from '../frame/index.js';
import { checkOptions } from '../options/index.js';
import { compareText } from '../util/index.js';
import { columnData, invalid, missingRows } from './column.js';
import { exactNumbers, isNumberOrTime } from './exact-numbers.js';
import { columnIn, openFrame } from './frame.js';
import { type KeyValue, keyKind, keyReader } from './key-values.js';
import { takeFrame } from './take.js';
import type { AnyFrame } from './types.js';

/** Options of `sortBy`. */
export interface SortOptions {
  /** Sort from the last value to the first: for all columns, or for each. @default false */
  readonly descending?: boolean | readonly boolean[];
}

/**
 * Returns the rows of a frame in the order of one column or several. As `df.sort_values` of pandas with
 * `kind='stable'`: rows with equal values keep their order, and missing values come last, whichever the
 * direction. Texts are ordered by code point, ordered categories as their dictionary is. A frame that is
 * sorted is returned as it is.
 *
 * @param frame a group of the columns form, or an Arrow table
 * @param by the name of a column of numbers, texts, booleans, dates or times, or several; the first counts
 *   most
 * @throws ApplyError `ERR_UNKNOWN_COLUMN`; `ERR_INVALID_OPTION` for a column of another type
 * @example
 * import { sortBy } from 'apply-parallel/columns';
 *
 * const sales = { shop: ['b', 'a', 'b'], price: Float64Array.of(3, 4, 8) };
 * console.log(sortBy(sales, ['shop', 'price'], { descending: [false, true] }).price);
 * // -> Float64Array(3) [ 4, 8, 3 ]
 */
export function sortBy<F extends AnyFrame>(
  frame: F,
  by: ColumnName<F> | readonly ColumnName<F>[],
  options: SortOptions = {},
): F {
  const names: readonly unknown[] = Array.isArray(by) ? by : [by];
  const isFlags = (value: unknown) => typeof value === 'boolean' || isFlagFor(value, names.length);
  checkOptions<SortOptions>('sortBy', options, {
    descending: [isFlags, `true, false or a list of ${names.length} of them, one for each column`],
  });
  if (names.length === 0) throw invalid('sortBy takes the name of a column, or several, got []');
  const { descending = false } = options;
  const open = openFrame('sortBy', frame);
  const orders = names.map((name, k) => {
    const data = columnData('sortBy', columnIn('sortBy', open, name));
    return orderOf(String(name), data, typeof descending === 'boolean' ? descending : descending[k]);
  });
  const rows = Int32Array.from({ length: open.numRows }, (_, row) => row);
  const compare = (a: number, b: number) => {
    for (const order of orders) {
      const difference = compareNumbers(order[a], order[b]);
      if (difference !== 0) return difference;
    }
    return a - b;
  };
  if (!isSorted(rows, compare)) rows.sort(compare);
  return takeFrame('sortBy', frame, rows) as F;
}

/** Orders numbers; NaN, which stands for a missing value, comes last. */
function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return a === b ? 0 : Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

const isFlagFor = (value: unknown, count: number) =>
  Array.isArray(value) && value.length === count && value.every((each) => typeof each === 'boolean');

function isSorted(rows: Int32Array, compare: (a: number, b: number) => number): boolean {
  for (let row = 1; row < rows.length; row++) if (compare(row - 1, row) > 0) return false;
  return true;
}

/**
 * Returns a number for each row by which rows are ordered: the value, or its rank among all. NaN is missing.
 */
function orderOf(name: string, data: Data, descending: boolean): Float64Array {
  if (keyKind(data.type) === undefined) {
    throw invalid(
      `sortBy: column '${name}' has type ${data.type}, which has no order here; sort by numbers, texts, booleans, ` +
        'dates or times',
    );
  }
  const order = numbersOf(data) ?? ranks(data);
  const missing = missingRows(data);
  for (let row = 0; row < order.length; row++) {
    if (missing?.[row] === 1) order[row] = Number.NaN;
    else if (descending) order[row] = -order[row];
  }
  return order;
}

/**
 * Returns numbers and times, and the codes of ordered categories, as floats; undefined if these are not
 * exact.
 */
function numbersOf(data: Data): Float64Array | undefined {
  const { type } = data;
  const isOrdered = type.typeId === Type.Dictionary && (type as Dictionary).isOrdered;
  if (!isOrdered && !isNumberOrTime(type)) return undefined;
  const values = exactNumbers(data);
  return typeof values[0] === 'bigint' ? undefined : Float64Array.from(values as ArrayLike<number>);
}

/** Numbers the different values of a column in their order. */
function ranks(data: Data): Float64Array {
  const read = keyReader(data);
  const values = Array.from({ length: data.length }, (_, row) => read(row));
  const different = [...new Set(values)].filter((value) => value !== null).sort(compareKeys);
  const rankOf = new Map<KeyValue, number>(different.map((value, rank) => [value, rank]));
  return Float64Array.from(values, (value) => rankOf.get(value) ?? Number.NaN);
}

function compareKeys(a: Exclude<KeyValue, null>, b: Exclude<KeyValue, null>): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}
