import {
  type AnyFrame,
  columnIn,
  isTable,
  type OpenFrame,
  openFrame,
  type WindowFrames,
  type WindowSource,
  windowClass,
} from '../columns/index.js';
import { type Bounds, RowBounds, TimeBounds } from './bounds.js';
import { checkWindowOptions, type RowWindows, type TimeWindows, type WindowOptions } from './options.js';
import { readPositions } from './positions.js';
import { tableWindows } from './window-table.js';

/** A window: some successive rows of a frame. */
export interface Window<F = unknown> {
  /** The row to which the window belongs. */
  readonly row: number;
  /** The first row of the window. */
  readonly from: number;
  /** The row after the last one of the window. */
  readonly to: number;
  /**
   * The rows, as a frame of the same kind, without copying. Its columns are made when they are read by name;
   * take all of them with `slice(group, from, to)` rather than by `{ ...frame }`.
   */
  readonly frame: F;
}

/**
 * Returns the windows of a frame, one for each row: the last 50 rows, or the last 7 days. It is for functions
 * that need several columns of a window, which `df.rolling` of pandas does not give; windows are those of
 * `df.rolling(50)` and `df.rolling('7D', on='date')`. Windows with fewer than `min` rows are left out.
 *
 * Import it from 'apply-parallel' or 'apply-parallel/columns', and call it in the function of a group.
 *
 * @param group a group of the columns form (`input: 'columns'`), or an Arrow table
 * @param options `{ rows }`, or `{ on, every }` for a sorted column; `min`, `center`, `step`, `closed`
 * @throws ApplyError `ERR_INVALID_OPTION` for a column that is not sorted, or an option that breaks its rule;
 *   `ERR_UNKNOWN_COLUMN`; `ERR_NOT_A_FRAME` for a group of another kind
 * @example
 * const sales = { day: Int32Array.of(1, 2, 5), price: Float64Array.of(3, 4, 8) };
 * for (const { row, frame } of windows(sales, { on: 'day', every: 4 })) console.log(row, frame.price);
 * // -> 0 Float64Array(1) [ 3 ]
 * // -> 1 Float64Array(2) [ 3, 4 ]
 * // -> 2 Float64Array(2) [ 4, 8 ]
 */
export function windows<F extends AnyFrame>(group: F, options: WindowOptions<F>): Iterable<Window<F>> {
  checkWindowOptions('windows', options);
  const open = openFrame('windows', group);
  const plan = planOf('windows', open, options);
  const maker = framesOf(group, open);
  return { [Symbol.iterator]: () => new WindowIterator<F>(plan, maker) };
}

/** The windows that options ask for. */
export interface Plan {
  /** Returns the bounds of the windows, before the first. */
  begin(): Bounds;
  /** The fewest rows of a window. */
  readonly min: number;
}

/** Reads checked options. */
export function planOf(verb: string, frame: OpenFrame, options: RowWindows | TimeWindows): Plan {
  const { rows, on, every, step = 1, min = rows ?? 1, center, closed } = options;
  const ends = { step, center, closed };
  if (rows !== undefined) return { begin: () => new RowBounds(frame.numRows, rows, ends), min };
  const positions = readPositions(verb, on, columnIn(verb, frame, on), every);
  return { begin: () => new TimeBounds(positions, ends), min };
}

/** The class of the frames of windows, and the first argument of its constructor. */
export interface FrameMaker {
  readonly Frame: WindowFrames;
  readonly source: WindowSource;
}

/** Returns what makes the frames of windows. */
export function framesOf(group: unknown, { names, column }: OpenFrame): FrameMaker {
  if (isTable(group)) return { Frame: tableWindows(group), source: { names, columns: [] } };
  return { Frame: windowClass(names), source: { names, columns: names.map(column) } };
}

/** Makes a window. Its frame makes the columns that are read, and no others. */
export function windowOf<F>(row: number, from: number, to: number, { Frame, source }: FrameMaker): Window<F> {
  return { row, from, to, frame: new Frame(source, from, to) as F };
}

/** Iterates without a generator, which takes a quarter longer for small functions. */
class WindowIterator<F> implements IterableIterator<Window<F>> {
  readonly #bounds: Bounds;
  readonly #min: number;
  readonly #maker: FrameMaker;
  #next = 0;

  constructor(plan: Plan, maker: FrameMaker) {
    this.#bounds = plan.begin();
    this.#min = plan.min;
    this.#maker = maker;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<Window<F>> {
    const bounds = this.#bounds;
    while (this.#next < bounds.count) {
      const i = this.#next++;
      bounds.move(i);
      const { from, to, step } = bounds;
      if (to - from < this.#min) continue;
      return { value: windowOf<F>(i * step, from, to, this.#maker), done: false };
    }
    return { value: undefined, done: true };
  }
}
