import { ApplyError } from '../../errors.js';
import { checkOptions, oneOf, type Rules } from '../../options/index.js';
import { preview } from '../../util/index.js';
import { nameRule } from './name-rule.js';

/** Options of {@link every}. */
export interface EveryOptions<Name extends string = string> {
  /**
   * A time at which a period begins; the others are counted from it. A Date is a moment; a text such as
   * `'2024-04-01'` or `'2024-01-01T06:00'` is a time as clocks of the time zone show it.
   * @default the beginning of 1970; for weeks the first `weekStart` of 1970
   */
  origin?: Date | string;
  /**
   * The time zone whose clocks and calendar count, by its name in the tz database or as an offset such as
   * `'+05:30'`. Columns of dates have no time of day, and take none.
   * @default the time zone of the column, if it has one, else UTC
   */
  timeZone?: string;
  /**
   * The day on which weeks begin.
   * @default 'monday'
   */
  weekStart?: Weekday;
  /**
   * The name of the key column.
   * @default the name of the column
   */
  name?: Name;
}

/** A day on which weeks may begin. */
export type Weekday = 'sunday' | 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday';

/** 1970-01-04 was a Sunday. */
export const weekdays: readonly Weekday[] = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
];

/** An origin in milliseconds: a moment, or a time that clocks show. */
export interface Origin {
  readonly ms: number;
  readonly isMoment: boolean;
}

const LOCAL = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)?$/;

/** Reads the option `origin`; undefined if it is no time. */
export function readOrigin(given: Date | string): Origin | undefined {
  const isMoment = typeof given !== 'string';
  if (!isMoment && !LOCAL.test(given)) return undefined;
  const text = isMoment ? given : `${given.replace(' ', 'T')}${given.length > 10 ? 'Z' : ''}`;
  const ms = new Date(text).getTime();
  if (Number.isNaN(ms)) return undefined;
  // Date takes February 31 for March 2.
  const isReal = isMoment || new Date(ms).toISOString().startsWith(given.slice(0, 10));
  return isReal ? { ms, isMoment } : undefined;
}

const rules: Rules<EveryOptions> = {
  origin: [
    (value) => (value instanceof Date || typeof value === 'string') && readOrigin(value) !== undefined,
    "a Date, or a time as clocks show it, such as '2024-04-01' or '2024-01-01T06:00'",
  ],
  timeZone: [(value) => typeof value === 'string', "the name of a time zone, such as 'Europe/Berlin'"],
  weekStart: oneOf(...weekdays),
  name: nameRule,
};

/** Checks the options of `every`, which counts periods of `unit`. */
export function checkEveryOptions(options: EveryOptions, unit: string): void {
  checkOptions('every', options, rules);
  if (options.weekStart === undefined) return;
  if (unit !== 'w') {
    throw new ApplyError('ERR_INVALID_OPTION', "every: weekStart is for weeks, such as '1w'");
  }
  if (options.origin !== undefined) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `every: give weekStart or origin, not both; got ${preview(options.weekStart)} ` +
        `and ${preview(options.origin)}`,
    );
  }
}
