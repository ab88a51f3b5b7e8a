import { concatData, isArrowVector, takeData } from '../arrow/index.js';
import { checkOptions } from '../options/index.js';
import { preview } from '../util/index.js';
import { allocate, columnData, invalid, like } from './column.js';
import { floatsFor, isFloats, isNumbers, type Numbers } from './numbers.js';
import { scalarData } from './scalar.js';
import type { AnyColumn, WithMissing } from './types.js';

/** Options of `shift`. */
export interface ShiftOptions {
  /**
   * The value of the rows at the beginning, or at the end, that get none. With it, integers stay integers.
   *
   * @default NaN in a typed array, null in a vector
   */
  readonly fill?: unknown;
}

/**
 * Returns a column moved by `periods` rows: row `i` has the value of row `i - periods`. A negative number
 * takes values of later rows. As `series.shift` of pandas, and `lag` and `lead` of SQL.
 *
 * @param column a column of a group, an Arrow vector or an array
 * @param periods a whole number of rows @default 1
 * @returns for integers a Float64Array, as only floats have NaN, unless `fill` is given; a vector for a
 *   vector
 * @throws ApplyError `ERR_INVALID_OPTION` for a value that is no column, or a number that is not whole
 * @example
 * import { shift } from 'apply-parallel/columns';
 *
 * console.log(shift(Int32Array.of(3, 4, 8)), shift(Int32Array.of(3, 4, 8), -1, { fill: 0 }));
 * // -> Float64Array(3) [ NaN, 3, 4 ] Int32Array(3) [ 4, 8, 0 ]
 */
export function shift<C extends AnyColumn, O extends ShiftOptions>(
  column: C,
  periods = 1,
  options?: O,
): O extends { readonly fill: NonNullable<unknown> } ? C : WithMissing<C> {
  if (!Number.isSafeInteger(periods)) {
    throw invalid(`shift: periods must be a whole number, got ${preview(periods)}`);
  }
  checkOptions<ShiftOptions>('shift', options ?? {}, { fill: [() => true, 'a value'] });
  const fill = options?.fill ?? undefined;
  const canMove = isNumbers(column) && column.length > 0 && periods !== 0;
  if (canMove && (fill === undefined || (isFloats(column) && typeof fill === 'number'))) {
    return movedNumbers(column, periods, fill ?? Number.NaN) as never;
  }
  const data = columnData('shift', column);
  const isFilled = fill !== undefined;
  const { length } = data;
  if (periods === 0 && (isArrowVector(column) || !Array.isArray(column))) return column as never;
  const whole = isFilled ? concatData(data.type, [data, scalarData('shift', data, fill)], allocate) : data;
  const rows = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    const row = i - periods;
    rows[i] = row >= 0 && row < length ? row : isFilled ? length : -1;
  }
  return like(column, takeData(whole, rows, allocate)) as never;
}

/** Moves numbers to a new array of floats. */
function movedNumbers(numbers: Numbers, periods: number, fill: number): Float64Array | Float32Array {
  const { length } = numbers;
  const out = floatsFor(numbers, length);
  const moved = Math.min(Math.abs(periods), length);
  if (periods > 0) {
    out.fill(fill, 0, moved);
    out.set(numbers.subarray(0, length - moved), moved);
  } else {
    out.set(numbers.subarray(moved));
    out.fill(fill, length - moved);
  }
  return out;
}
