import { type Data, Type } from 'apache-arrow';
import { concatData, isArrowVector, isPlainObject, takeData } from '../arrow/index.js';
import { checkOptions, oneOf, positiveInteger } from '../options/index.js';
import { allocate, columnData, like, missingRows } from './column.js';
import { isFloats } from './numbers.js';
import { scalarData } from './scalar.js';
import type { AnyColumn, SameColumn } from './types.js';

/** Options of `fillNull` that take the values of other rows. */
export interface FillOptions {
  /** `'forward'` takes the last value before a missing one, `'backward'` the next one after it. */
  readonly method: 'forward' | 'backward';
  /** The most missing values to fill in a row. @default all of them */
  readonly limit?: number;
}

/**
 * Returns a column whose missing values are replaced: nulls, and NaN among floats. As `series.fillna(value)`,
 * `series.ffill(limit)` and `series.bfill(limit)` of pandas. A column without missing values is returned as
 * it is.
 *
 * @param column a column of a group, an Arrow vector or an array
 * @param value the value for all of them, of the type of the column (for times a Date, or milliseconds); or
 *   `{ method: 'forward' | 'backward', limit }`
 * @throws ApplyError `ERR_INVALID_OPTION` for a value that the column cannot hold
 * @example
 * import { fillNull } from 'apply-parallel/columns';
 *
 * const price = Float64Array.of(NaN, 3, NaN, 8);
 * console.log(fillNull(price, 0), fillNull(price, { method: 'forward' }));
 * // -> Float64Array(4) [ 0, 3, 0, 8 ] Float64Array(4) [ NaN, 3, 3, 8 ]
 */
export function fillNull<C extends AnyColumn>(
  column: C,
  value: FillOptions | string | number | bigint | boolean | Date,
): SameColumn<C> {
  const options = isPlainObject(value) ? (value as unknown as FillOptions) : undefined;
  if (options) {
    const rules = { method: oneOf('forward', 'backward'), limit: positiveInteger };
    checkOptions<FillOptions>('fillNull', { ...options, method: options.method ?? '' }, rules);
  }
  if (isFloats(column) && (options || typeof value === 'number')) {
    return (options ? floatsFilledBy(column, options) : floatsFilledWith(column, value as number)) as never;
  }
  const data = columnData('fillNull', column);
  const isUntyped = data.type.typeId === Type.Null;
  const one = options || isUntyped ? undefined : scalarData('fillNull', data, value);
  const missing = missingRows(data);
  if (missing === undefined) return (Array.isArray(column) ? like(column, data) : column) as never;
  if (options) return filled(column, data, rowsToTake(missing, options)) as never;
  if (isUntyped) return filled(column, columnData('fillNull', [value]), new Int32Array(data.length)) as never;
  const rows = Int32Array.from(missing, (isMissing, row) => (isMissing ? data.length : row));
  return filled(column, one ? concatData(data.type, [data, one], allocate) : data, rows) as never;
}

/** Returns floats with a value in the place of NaN: a copy, or the array itself if it has none. */
function floatsFilledWith<A extends Float64Array | Float32Array>(floats: A, value: number): A {
  let row = firstNaN(floats);
  if (row < 0) return floats;
  const out = floats.slice() as A;
  for (; row < out.length; row++) if (Number.isNaN(out[row])) out[row] = value;
  return out;
}

/** Returns floats with the nearest value before or after each NaN. */
function floatsFilledBy<A extends Float64Array | Float32Array>(floats: A, options: FillOptions): A {
  if (firstNaN(floats) < 0) return floats;
  const { method, limit = Number.POSITIVE_INFINITY } = options;
  const out = floats.slice() as A;
  const [start, step] = method === 'forward' ? [0, 1] : [out.length - 1, -1];
  let last = Number.NaN;
  let since = 0;
  for (let row = start; row >= 0 && row < out.length; row += step) {
    if (!Number.isNaN(out[row])) {
      last = out[row];
      since = 0;
    } else if (++since <= limit) out[row] = last;
  }
  return out;
}

function firstNaN(floats: Float64Array | Float32Array): number {
  for (let row = 0; row < floats.length; row++) if (Number.isNaN(floats[row])) return row;
  return -1;
}

const filled = (column: unknown, data: Data, rows: Int32Array) =>
  like(isArrowVector(column) ? column : undefined, takeData(data, rows, allocate));

/** Returns for each row the row whose value it gets: itself, or the nearest before or after that has one. */
function rowsToTake(
  missing: Uint8Array,
  { method, limit = Number.POSITIVE_INFINITY }: FillOptions,
): Int32Array {
  const rows = new Int32Array(missing.length);
  const isForward = method === 'forward';
  let last = -1;
  for (let k = 0; k < rows.length; k++) {
    const row = isForward ? k : rows.length - 1 - k;
    if (missing[row] === 0) last = row;
    const isNear = last >= 0 && Math.abs(row - last) <= limit;
    rows[row] = isNear ? last : row;
  }
  return rows;
}
