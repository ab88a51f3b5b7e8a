import type { Table } from 'apache-arrow';
import { ApplyError } from '../../errors.js';
import type { ChunkedColumn } from '../../split/index.js';
import { DAY, monthOfDay } from './calendar.js';
import { checkEveryOptions, type EveryOptions, type Origin, readOrigin, weekdays } from './every-options.js';
import type { KeyColumn } from './key-column.js';
import { KeyMaker } from './key-maker.js';
import { lazyColumn } from './lazy-column.js';
import { checkColumnName } from './name-rule.js';
import { namedColumn } from './named-column.js';
import { type Period, type PeriodText, parsePeriod } from './period.js';
import {
  clockPeriods,
  fixedPeriods,
  inDays,
  inUnits,
  type LocalPeriods,
  monthPeriods,
  type PeriodStarts,
  zonedPeriods,
} from './period-starts.js';
import type { StartLimit } from './starts-buffer.js';
import { distantStarts, type TimeScale, timeKeys } from './time-keys.js';
import { guessRange } from './time-range.js';
import { type TimeUnitOf, timeUnitOf } from './time-values.js';
import { type TimeZone, timeZone } from './time-zone.js';

/** The key type of {@link every}: Dates for a column of Dates, else milliseconds. */
export interface TimeOf<Column extends string> {
  readonly column: Column;
}

/**
 * Groups by periods of time: hours, days, weeks, months and so on. The key is the start of the period, of
 * the column's own type. Counterpart of `pd.Grouper(key=column, freq=…, origin='epoch')` and of
 * `dt.truncate` in polars.
 *
 * Weeks begin on Monday, and quarters in January, April, July and October, unless `weekStart` or `origin`
 * says otherwise. Days, weeks, months, quarters and years follow the calendar of the time zone, so that a day
 * may have 23 or 25 hours. Shorter periods follow its clocks too; an hour that clocks repeat makes two
 * periods.
 *
 * @param column a column of dates or timestamps
 * @param period a whole number and a unit: ns, us, ms, s, m (or min), h, d, w, mo, q, y
 * @throws ApplyError `ERR_INVALID_OPTION`, here or from `groupby`
 * @example
 * const visits = [
 *   { at: new Date('2024-03-30T22:00Z'), page: 'a' },
 *   { at: new Date('2024-03-30T23:30Z'), page: 'b' },
 * ];
 * const byDay = groupby(visits, every('at', '1d', { timeZone: 'Europe/Berlin' }));
 * byDay.keys // [new Date('2024-03-29T23:00Z'), new Date('2024-03-30T23:00Z')]
 */
export function every<Column extends string, Name extends string = Column>(
  column: Column,
  period: PeriodText,
  options: EveryOptions<Name> = {},
): KeyMaker<Name, TimeOf<Column>, Column> {
  checkColumnName('every', column);
  const parsed = parsePeriod(period);
  checkEveryOptions(options, parsed.unit);
  if (options.timeZone !== undefined) timeZone(options.timeZone, 'every: timeZone');
  return new Every(column, (options.name ?? column) as Name, period, parsed, options);
}

class Every<Column extends string, Name extends string> extends KeyMaker<Name, TimeOf<Column>, Column> {
  readonly #column: string;
  readonly #text: string;
  readonly #period: Period;
  readonly #options: EveryOptions;

  constructor(column: Column, name: Name, text: string, period: Period, options: EveryOptions) {
    super(name, [column]);
    this.#column = column;
    this.#text = text;
    this.#period = period;
    this.#options = { ...options };
  }

  keyColumn(table: Table): KeyColumn {
    const column = namedColumn(table, this.#column);
    const unit = timeUnitOf(column.field.type);
    if (unit === undefined) throw this.#invalid(`is ${column.field.type}; every takes dates and timestamps`);
    const zone = this.#zoneOf(unit);
    const make = this.#plan(column, unit, zone);
    return lazyColumn(column.field.clone({ name: this.name }), column.isDate, make);
  }

  #invalid(what: string): ApplyError {
    const hint = what.includes('every takes')
      ? ' (Date32, Date64, Timestamp, or JavaScript Dates): make a column of Dates first'
      : '';
    return new ApplyError(
      'ERR_INVALID_OPTION',
      `every('${this.#column}', '${this.#text}'): the column '${this.#column}' ${what}${hint}`,
    );
  }

  /** Returns the zone to count in. Dates without a time of day are the same in every zone. */
  #zoneOf({ perSecond, timeZone: own }: TimeUnitOf): TimeZone {
    if (perSecond === undefined) return timeZone('UTC', '');
    if (this.#options.timeZone !== undefined) return timeZone(this.#options.timeZone, 'every: timeZone');
    return timeZone(own ?? 'UTC', `every: the time zone of column '${this.#column}',`);
  }

  /** Checks that the column can hold the starts of the periods, and returns what makes them. */
  #plan(column: KeyColumn, { perSecond }: TimeUnitOf, zone: TimeZone): () => ChunkedColumn {
    const limit = this.#limitOf(column, perSecond);
    const origin = this.#originOf(perSecond, zone);
    const period = this.#period;
    if (
      period.months !== undefined ||
      (period.nanoseconds % 1_000_000_000n === 0n && origin.ms % 1000 === 0)
    ) {
      if (perSecond === undefined && this.#checkPartOfDay()) return () => column;
      const local = this.#localPeriods(origin.isMoment ? toLocal(origin.ms, zone) : origin.ms);
      const periods = zonedPeriods(local, zone);
      const scaleFor = (farthest: number) => this.#scaleOf(periods, perSecond, farthest);
      return () => timeKeys(column, scaleFor, limit, guessRange(column));
    }
    return this.#shortPeriods(column, period.nanoseconds, perSecond, { origin, zone, limit });
  }

  /** Returns true for a part of a day and false for whole days. Throws for a period that is neither. */
  #checkPartOfDay(): boolean {
    const { nanoseconds } = this.#period as { nanoseconds?: bigint };
    if (nanoseconds === undefined || nanoseconds % NS_PER_DAY === 0n) return false;
    if (NS_PER_DAY % nanoseconds === 0n) return true;
    throw this.#invalid('has whole days, and the period is none; give days, or a part of one');
  }

  #originOf(perSecond: number | undefined, zone: TimeZone): Origin {
    const { origin: given, weekStart = 'monday' } = this.#options;
    if (given === undefined) {
      const ms = this.#period.unit === 'w' ? (3 + weekdays.indexOf(weekStart)) * DAY * 1000 : 0;
      return { ms, isMoment: false };
    }
    const origin = readOrigin(given) as Origin;
    const ms = origin.isMoment ? toLocal(origin.ms, zone) : origin.ms;
    if (perSecond === undefined && ms % (DAY * 1000) !== 0) {
      throw this.#invalid(`has whole days, and the origin ${JSON.stringify(given)} is none`);
    }
    if (perSecond === 1 && ms % 1000 !== 0) {
      throw this.#invalid(`has whole seconds, and the origin ${JSON.stringify(given)} is none`);
    }
    return origin;
  }

  /** Returns the earliest start that the column can hold: Dates end sooner than their 64 bits. */
  #limitOf({ isDate, type }: KeyColumn, perSecond: number | undefined): StartLimit {
    const holder = isDate ? 'a Date' : `${type}`;
    return {
      earliest: isDate ? FIRST_SECOND_OF_DATE * (perSecond ?? 1 / DAY) : Number.NEGATIVE_INFINITY,
      tooEarly: () =>
        this.#invalid(
          `has a time whose period begins before the earliest that ${holder} can hold; leave such rows out`,
        ),
    };
  }

  /** Returns periods of whole seconds in units of the column, or in seconds for distant times. */
  #scaleOf(periods: PeriodStarts, perSecond: number | undefined, farthest: number): TimeScale {
    if (farthest / (perSecond ?? 1 / DAY) > FARTHEST_SECOND) {
      throw this.#invalid('has times more than seventy million years from 1970');
    }
    if (perSecond === undefined) return { divisor: 1, periods: inDays(periods) };
    if (farthest <= EXACT) return { divisor: 1, periods: inUnits(periods, perSecond) };
    return { divisor: perSecond, periods };
  }

  #localPeriods(originMs: number): LocalPeriods {
    const period = this.#period;
    const origin = originMs / 1000;
    if (period.months === undefined) {
      const isOfDays = period.unit === 'd' || period.unit === 'w';
      return clockPeriods(Number(period.nanoseconds / 1_000_000_000n), origin, isOfDays);
    }
    const month = monthOfDay(Math.floor(origin / DAY));
    const periods = monthPeriods(period.months, month);
    if (periods.startOf(origin) !== origin) {
      throw new ApplyError(
        'ERR_INVALID_OPTION',
        `every('${this.#column}', '${this.#text}'): the origin of months, quarters and years is ` +
          'the first of a month at midnight',
      );
    }
    return periods;
  }

  /** Plans periods that are not whole seconds. Changes of clocks do not affect them. */
  #shortPeriods(
    column: ChunkedColumn,
    nanoseconds: bigint,
    perSecond: number | undefined,
    { origin, zone, limit }: { readonly origin: Origin; readonly zone: TimeZone; readonly limit: StartLimit },
  ): () => ChunkedColumn {
    if (perSecond === undefined) return () => column;
    const perUnit = 1_000_000_000n / BigInt(perSecond);
    if (nanoseconds % perUnit !== 0n) {
      if (perUnit % nanoseconds === 0n && origin.ms === 0) return () => column;
      throw this.#invalid(`is ${column.type}, which cannot hold the starts of such periods`);
    }
    const length = nanoseconds / perUnit;
    const moment = origin.isMoment
      ? origin.ms
      : zone.instantOf(Math.floor(origin.ms / 1000)) * 1000 +
        (origin.ms - Math.floor(origin.ms / 1000) * 1000);
    const from = (BigInt(moment) * 1_000_000n) / perUnit;
    return () => {
      const divisor =
        [1_000_000, 1_000, 1].find((d) => length % BigInt(d) === 0n && from % BigInt(d) === 0n) ?? 1;
      // A moment in nanoseconds is no exact float; the first period from 1970 on is one if the length is.
      const first = ((from % length) + length) % length;
      const divided = (value: bigint, d: number) => Number(value / BigInt(d));
      const periods = (d: number) => fixedPeriods(divided(length, d), divided(first, d));
      const isExact = (farthest: number, d: number) => Math.max(farthest, Number(length)) / d <= EXACT;
      try {
        const scaleFor = (farthest: number) => {
          for (const d of [1, divisor]) if (isExact(farthest, d)) return { divisor: d, periods: periods(d) };
          throw new TooDistant();
        };
        return timeKeys(column, scaleFor, limit);
      } catch (error) {
        if (error instanceof TooDistant) return distantStarts(column, length, from, limit);
        throw error;
      }
    };
  }
}

const FIRST_SECOND_OF_DATE = -8_640_000_000_000;
/** Up to this size, times, their differences and one period more are exact in floats. */
const EXACT = 2.5e15;
const FARTHEST_SECOND = EXACT;

class TooDistant extends Error {}

const NS_PER_DAY = BigInt(DAY) * 1_000_000_000n;

function toLocal(ms: number, zone: TimeZone): number {
  return ms + zone.offsetAt(Math.floor(ms / 1000)) * 1000;
}
