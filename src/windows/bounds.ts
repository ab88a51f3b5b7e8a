import type { WindowOptionsBase } from './options.js';

/** Goes through the windows of a frame, from the first to the last. */
export interface Bounds {
  /** The number of windows. */
  readonly count: number;
  /** Window `i` belongs to row `i * step`. */
  readonly step: number;
  /** The first row of the window, and the row after its last. */
  from: number;
  to: number;
  /** Sets `from` and `to` to those of window `i`; each call is for the next window. */
  move(i: number): void;
}

export type Ends = Pick<WindowOptionsBase, 'center' | 'closed'> & { readonly step: number };

/** Windows of a number of rows, with the meaning that pandas gives the options. */
export class RowBounds implements Bounds {
  readonly count: number;
  readonly step: number;
  from = 0;
  to = 0;
  readonly #rows: number;
  /** The distances from a row to the first row of its window, and to the row after the last. */
  readonly #first: number;
  readonly #last: number;

  constructor(rows: number, size: number, { center, closed = 'right', step }: Ends) {
    this.count = Math.ceil(rows / step);
    this.step = step;
    this.#rows = rows;
    const end = 1 + (center ? Math.floor((size - 1) / 2) : 0);
    this.#first = end - size - (closed === 'left' || closed === 'both' ? 1 : 0);
    this.#last = end - (closed === 'left' || closed === 'neither' ? 1 : 0);
  }

  move(i: number): void {
    const row = i * this.step;
    const from = row + this.#first;
    const to = row + this.#last;
    this.from = from < 0 ? 0 : from > this.#rows ? this.#rows : from;
    this.to = to > this.#rows ? this.#rows : to;
  }
}

/** Times or numbers in ascending order; bigints where numbers would not be exact. */
export type Positions =
  | { readonly values: ArrayLike<number>; readonly width: number; readonly half: number }
  | { readonly values: ArrayLike<bigint>; readonly width: bigint; readonly half: bigint };

/**
 * Windows of a length of time, with the meaning that pandas gives the options: a window ends at its row, even
 * if the rows after it have the same time. With `center` or an open end, all rows of a time are in it, or
 * none.
 */
export class TimeBounds implements Bounds {
  readonly count: number;
  readonly step: number;
  from = 0;
  to = 0;
  readonly #values: ArrayLike<number>;
  readonly #before: number;
  readonly #after: number;
  readonly #center: boolean;
  readonly #hasLeft: boolean;
  readonly #hasRight: boolean;

  constructor(positions: Positions, { center = false, closed = 'right', step }: Ends) {
    // The loops only compare and add, which numbers and bigints do alike.
    const { values, width, half } = positions as { values: ArrayLike<number>; width: number; half: number };
    this.count = Math.ceil(values.length / step);
    this.step = step;
    this.#values = values;
    this.#before = center ? half : width;
    this.#after = half;
    this.#center = center;
    this.#hasLeft = closed === 'left' || closed === 'both';
    this.#hasRight = closed === 'right' || closed === 'both';
  }

  move(i: number): void {
    const row = i * this.step;
    const values = this.#values;
    const first = values[row] - this.#before;
    let { from, to } = this;
    while (from < row && (this.#hasLeft ? values[from] < first : values[from] <= first)) from++;
    if (this.#center) {
      const last = values[row] + this.#after;
      while (to < values.length && (this.#hasRight ? values[to] <= last : values[to] < last)) to++;
    } else if (this.#hasRight) to = row + 1;
    else while (values[to] < values[row]) to++;
    this.from = from;
    this.to = to;
  }
}
