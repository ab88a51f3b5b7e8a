import { type AnyFrame, openFrame } from '../columns/index.js';
import { ApplyError } from '../errors.js';
import { oneOf } from '../options/index.js';
import { isThenable, preview } from '../util/index.js';
import { checkWindowOptions, type WindowOptions, windowRules } from './options.js';
import { framesOf, planOf, type Window, windowOf } from './windows.js';

/** Options of `rolling`: those of `windows`, and the kind of the column that it makes. */
export type RollingOptions<F = AnyFrame> = WindowOptions<F> & {
  /**
   * `'numbers'` makes a Float64Array with NaN where there is no result, `'values'` an array with null. Say it
   * if the function returns texts and a group may have no complete window: by default, such a group gives
   * numbers.
   *
   * @default 'numbers' if all results are numbers, otherwise 'values'
   */
  readonly type?: 'numbers' | 'values';
};

const rules = windowRules({ type: oneOf('numbers', 'values') });

/** The column that `rolling` makes of results of type `R`. */
export type Rolled<R, O = unknown> = O extends { readonly type: 'values' }
  ? (R | null)[]
  : [Exclude<R, null | undefined>] extends [number]
    ? Float64Array
    : O extends { readonly type: 'numbers' }
      ? Float64Array
      : (Exclude<R, undefined> | null)[];

/**
 * Returns a column of what a function makes of each window: of the last 50 rows, or of the last 7 days. As
 * `df.rolling(…).apply(f)` of pandas, but the function gets all columns of the window. It has null, or NaN
 * among numbers, where a window has fewer than `min` rows, or the function returns null.
 *
 * Import it from 'apply-parallel' or 'apply-parallel/columns', and call it in the function of a group. A
 * million windows take little longer than a loop over `price.subarray(from, to)`.
 *
 * @param group a group of the columns form (`input: 'columns'`), or an Arrow table
 * @param options `{ rows }`, or `{ on, every }` for a sorted column; `min`, `center`, `step`, `closed`,
 *   `type`
 * @param fn returns a number, a text or another value for a window, or null; not a promise
 * @returns one value for each row; with `step`, one for every `step`-th row
 * @throws ApplyError `ERR_INVALID_OPTION` for a column that is not sorted, or an option that breaks its rule;
 *   `ERR_UNKNOWN_COLUMN`; `ERR_NOT_A_FRAME` for a group of another kind; `ERR_BAD_RESULT` for a promise
 * @example
 * const sales = { price: Float64Array.of(3, 4, 8), pieces: Float64Array.of(1, 1, 2) };
 * const paid = rolling(sales, { rows: 2 }, ({ frame: { price, pieces } }) => {
 *   return price.reduce((sum, each, i) => sum + each * pieces[i], 0) / pieces.reduce((a, b) => a + b);
 * });
 * console.log(paid);
 * // -> Float64Array(3) [ NaN, 3.5, 6.666666666666667 ]
 */
export function rolling<F extends AnyFrame, R, T extends RollingOptions['type'] = undefined>(
  group: F,
  options: RollingOptions<F> & { readonly type?: T },
  fn: (window: Window<F>) => R,
): Rolled<R, { readonly type: T }> {
  checkWindowOptions('rolling', options, rules);
  if (typeof fn !== 'function') {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `rolling takes a function as third argument, got ${preview(fn)}`,
    );
  }
  const open = openFrame('rolling', group);
  const plan = planOf('rolling', open, options);
  const maker = framesOf(group, open);
  const bounds = plan.begin();
  const column = new RollingColumn(bounds.count, options.type);
  for (let i = 0; i < bounds.count; i++) {
    bounds.move(i);
    const { from, to, step } = bounds;
    if (to - from >= plan.min) column.set(i, fn(windowOf<F>(i * step, from, to, maker)), i * step);
  }
  return column.values as Rolled<R, { readonly type: T }>;
}

/** A column of numbers that becomes one of any values with the first result that is no number. */
class RollingColumn {
  readonly #numbers: Float64Array;
  #values: unknown[] | undefined;
  readonly #type: 'numbers' | 'values' | undefined;

  constructor(length: number, type: 'numbers' | 'values' | undefined) {
    this.#numbers = new Float64Array(length).fill(Number.NaN);
    this.#type = type;
    if (type === 'values') this.#values = new Array(length).fill(null);
  }

  get values(): Float64Array | unknown[] {
    return this.#values ?? this.#numbers;
  }

  set(i: number, result: unknown, row: number): void {
    if (typeof result === 'number' && this.#values === undefined) this.#numbers[i] = result;
    else if (result !== null && result !== undefined) this.#setValue(i, result, row);
  }

  #setValue(i: number, result: unknown, row: number): void {
    if (isThenable(result)) {
      throw badResult(
        `rolling: the function returned a promise for the window of row ${row}; windows take no async functions: ` +
          'await before, or use for (const w of windows(…)) in an async function',
      );
    }
    if (this.#type === 'numbers' && typeof result !== 'number') {
      throw badResult(
        `rolling: with type: 'numbers' the function returns numbers or null, got ${preview(result)} for the ` +
          `window of row ${row}`,
      );
    }
    this.#values ??= Array.from(this.#numbers, (number) => (Number.isNaN(number) ? null : number));
    this.#values[i] = result;
  }
}

const badResult = (message: string) => new ApplyError('ERR_BAD_RESULT', message);
