import { type Data, type DataType, Float32, Float64, TimeUnit, Type } from 'apache-arrow';
import { bitmapBytes, dataOf, isArrowVector } from '../arrow/index.js';
import { preview } from '../util/index.js';
import { columnData, invalid, like, missingRows } from './column.js';
import type { AnyColumn, Floats } from './types.js';

/**
 * Returns the difference of each row and the row `periods` before it; times give milliseconds. As
 * `series.diff` of pandas.
 *
 * @param column a column of numbers or times: of a group, an Arrow vector or an array
 * @param periods a whole number of rows; a negative one looks at later rows @default 1
 * @returns a Float64Array with NaN where a value is missing (a Float32Array for a Float32Array); for an Arrow
 *   vector a vector of floats with nulls
 * @throws ApplyError `ERR_INVALID_OPTION` for a column of neither numbers nor times
 * @example
 * import { diff } from 'apply-parallel/columns';
 *
 * console.log(diff(Int32Array.of(3, 4, 8)));
 * // -> Float64Array(3) [ NaN, 1, 4 ]
 */
export function diff<C extends AnyColumn>(column: C, periods = 1): Floats<C> {
  if (!Number.isSafeInteger(periods)) {
    throw invalid(`diff: periods must be a whole number, got ${preview(periods)}`);
  }
  const data = columnData('diff', column);
  const missing = missingRows(data);
  const values = numbersOf(data);
  const factor = millisecondsOf(data.type);
  const out = new (values instanceof Float32Array ? Float32Array : Float64Array)(data.length).fill(
    Number.NaN,
  );
  const isGone = (row: number) => row < 0 || row >= data.length || missing?.[row] === 1;
  for (let i = 0; i < out.length; i++) {
    const before = i - periods;
    if (isGone(i) || isGone(before)) continue;
    const change = Number((values[i] as number) - (values[before] as number));
    out[i] = change * factor;
  }
  return (isArrowVector(column) ? like(column, floatData(out)) : out) as Floats<C>;
}

/** Returns the values of a column of numbers or times: those of its memory. */
function numbersOf(data: Data): ArrayLike<number | bigint> {
  const { type, values } = data;
  if (type.typeId === Type.Null) return new Float64Array(data.length);
  const isHalf = type.typeId === Type.Float && (values as unknown) instanceof Uint16Array;
  const isNumber = type.typeId === Type.Int || type.typeId === Type.Float;
  const isTime = [Type.Date, Type.Timestamp, Type.Time, Type.Duration].includes(type.typeId);
  if (isHalf || !(isNumber || isTime)) {
    throw invalid(`diff: a column of numbers or times is needed, got one of type ${type}`);
  }
  return values as unknown as ArrayLike<number | bigint>;
}

/** Returns the milliseconds of the unit in which a type counts time; 1 for numbers. */
function millisecondsOf(type: DataType): number {
  const { unit } = type as DataType & { unit: number };
  if (type.typeId === Type.Date) return unit === 0 ? 86_400_000 : 1;
  if (![Type.Timestamp, Type.Time, Type.Duration].includes(type.typeId)) return 1;
  return { [TimeUnit.SECOND]: 1000, [TimeUnit.MICROSECOND]: 1e-3, [TimeUnit.NANOSECOND]: 1e-6 }[unit] ?? 1;
}

/** Returns floats as data that has null in the place of NaN. */
export function floatData(values: Float64Array | Float32Array): Data {
  const validity = new Uint8Array(bitmapBytes(values.length));
  let nulls = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) nulls++;
    else validity[i >>> 3] |= 1 << (i & 7);
  }
  const type = values instanceof Float32Array ? new Float32() : new Float64();
  return dataOf(type, values.length, nulls, { values, validity: nulls > 0 ? validity : undefined });
}
