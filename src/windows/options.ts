import { type AnyFrame, invalid } from '../columns/index.js';
import type { ColumnName } from '../frame/index.js';
import { checkOptions, flag, oneOf, positiveInteger, type Rules } from '../options/index.js';
import { preview } from '../util/index.js';

/** A length of time of a fixed number of nanoseconds, such as `'7d'` or `'90min'`. */
export type WindowLength = `${number}${'ns' | 'us' | 'ms' | 's' | 'm' | 'min' | 'h' | 'd' | 'w'}`;

/** The options that windows by rows and windows by time share. */
export interface WindowOptionsBase {
  /**
   * The fewest rows a window must have: others are left out by `windows` and null in `rolling`. 0 keeps empty
   * windows too. pandas counts values that are not null (`min_periods`); a window has several columns, so
   * this counts rows. For windows by rows it is at most `rows`.
   *
   * @default `rows` for windows by rows, 1 for windows by time
   */
  readonly min?: number;
  /** Put the row into the middle of its window, not at its end. @default false */
  readonly center?: boolean;
  /** Make a window for every `step`-th row only, from the first. @default 1 */
  readonly step?: number;
  /**
   * Which ends belong to a window. By rows, `'left'` and `'both'` have one row more at the beginning,
   * `'left'` and `'neither'` one less at the end: `'left'` is the rows before a row.
   *
   * @default 'right'
   */
  readonly closed?: 'right' | 'left' | 'both' | 'neither';
}

/** Windows of a number of rows. */
export interface RowWindows extends WindowOptionsBase {
  /** The number of rows in a window: a whole number from 1. */
  readonly rows: number;
  readonly on?: undefined;
  readonly every?: undefined;
}

/** Windows of a length of time, or of numbers, on a sorted column. */
export interface TimeWindows<Name extends string = string> extends WindowOptionsBase {
  /** The column of dates, times or numbers by which the rows are sorted, ascending and without nulls. */
  readonly on: Name;
  /** The length of a window: a time such as `'7d'`, or a number for a column of numbers. */
  readonly every: WindowLength | number;
  readonly rows?: undefined;
}

/** How the rows of a frame are cut into windows: by `rows`, or by `on` and `every`. */
export type WindowOptions<F = AnyFrame> = RowWindows | TimeWindows<ColumnName<F>>;

type Checked = {
  rows?: unknown;
  on?: unknown;
  every?: unknown;
  min?: unknown;
  center?: unknown;
  step?: unknown;
  closed?: unknown;
};

const rules: Rules<Checked> = {
  rows: positiveInteger,
  on: [(value) => typeof value === 'string', 'the name of a column'],
  every: [
    (value) => typeof value === 'string' || (typeof value === 'number' && value > 0 && value < Infinity),
    "a length of time such as '7d', or a number above 0",
  ],
  min: [(value) => Number.isInteger(value) && (value as number) >= 0, 'a whole number from 0'],
  center: flag,
  step: positiveInteger,
  closed: oneOf('right', 'left', 'both', 'neither'),
};

/** Returns the rules of windows with those of a verb's other options. */
export const windowRules = (others: Rules<object>): Rules<Checked> => ({ ...rules, ...others });

/** Checks the options of windows by rows or by time, and those of a verb beside them. */
export function checkWindowOptions(verb: string, options: unknown, allRules = rules): void {
  checkOptions(verb, options as Checked, allRules);
  const { rows, on, every, min } = options as Checked;
  if (rows !== undefined && (min as number) > (rows as number)) {
    throw invalid(`${verb}: min must be at most rows, got { rows: ${rows}, min: ${min} }`);
  }
  if (
    rows === undefined ? on !== undefined && every !== undefined : on === undefined && every === undefined
  ) {
    return;
  }
  throw invalid(
    `${verb} takes { rows: 50 } or { on: 'date', every: '7d' }, got ` +
      preview(
        Object.fromEntries(Object.entries({ rows, on, every }).filter(([, value]) => value !== undefined)),
      ),
  );
}
