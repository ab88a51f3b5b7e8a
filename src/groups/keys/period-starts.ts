import { DAY, firstDayOfMonth, floorDiv, monthOfDay } from './calendar.js';
import type { TimeZone } from './time-zone.js';

/** A grid on which every period begins and ends; periods consist of whole cells. */
export interface CellSize {
  readonly size: number;
  readonly phase: number;
  /** True if every cell is a period. */
  readonly arePeriods: boolean;
}

/** The periods that times fall into. Times count in a unit that its maker chose. */
export interface PeriodStarts {
  /** Returns the start of the period that a time lies in. */
  startOf(time: number): number;
  /** Returns the cells for times between two; undefined if they would be too many to look for. */
  cellsIn(from: number, to: number): CellSize | undefined;
}

/** Periods of one length, counted from `origin` without regard to clocks. */
export const fixedPeriods = (length: number, origin: number): PeriodStarts => ({
  startOf: (time) => floorDiv(time - origin, length) * length + origin,
  cellsIn: () => ({ size: length, phase: floorMod(origin, length), arePeriods: true }),
});

/** Rounds a local time down. */
export interface LocalPeriods {
  startOf(local: number): number;
  /** Every period begins at a multiple of `size` and `phase`. */
  readonly cells: CellSize;
  /**
   * True for periods of a day and more: there is one for each date, even if clocks show its first hour twice.
   */
  readonly isOfDays: boolean;
}

/** Periods of a fixed length as clocks show them. `origin` is a local time. */
export const clockPeriods = (length: number, origin: number, isOfDays: boolean): LocalPeriods => ({
  ...fixedPeriods(length, origin),
  cells: { size: length, phase: floorMod(origin, length), arePeriods: true },
  isOfDays,
});

/** Periods of `count` months; one of them begins with the month `origin`, counted from January 1970. */
export const monthPeriods = (count: number, origin: number): LocalPeriods => ({
  startOf(local) {
    const month = monthOfDay(floorDiv(local, DAY));
    return firstDayOfMonth(floorDiv(month - origin, count) * count + origin) * DAY;
  },
  cells: { size: DAY, phase: 0, arePeriods: false },
  isOfDays: true,
});

/** The longest range of times whose changes of clocks are looked up at once. */
const LONGEST = 200 * 366 * DAY;

/** Periods of a time zone in seconds from 1970. */
export function zonedPeriods(periods: LocalPeriods, zone: TimeZone): PeriodStarts {
  const { fixedOffset } = zone;
  const { size, phase, arePeriods } = periods.cells;
  if (fixedOffset !== undefined) {
    return {
      startOf: (second) => periods.startOf(second + fixedOffset) - fixedOffset,
      cellsIn: () => ({ size, phase: floorMod(phase - fixedOffset, size), arePeriods }),
    };
  }
  return {
    startOf(second) {
      const offset = zone.offsetAt(second);
      const local = periods.startOf(second + offset);
      // An hour that clocks show twice is two hours, so the start is looked for at the same offset first.
      const start = local - offset;
      if (!periods.isOfDays && zone.offsetAt(start) === offset) return start;
      return zone.instantOf(local);
    },
    cellsIn(from, to) {
      if (to - from > LONGEST) return undefined;
      const { offsets, at } = zone.changesIn(from - 2 * DAY, to + 2 * DAY);
      const cell = [phase, ...offsets, ...at].reduce(greatestDivisor, size);
      return { size: cell, phase: 0, arePeriods: false };
    },
  };
}

/** Makes periods in seconds into periods in a unit of which a second has `perSecond`. */
export const inUnits = (periods: PeriodStarts, perSecond: number): PeriodStarts => ({
  startOf: (time) => periods.startOf(floorDiv(time, perSecond)) * perSecond,
  cellsIn: (from, to) =>
    scaled(periods.cellsIn(floorDiv(from, perSecond), floorDiv(to, perSecond)), perSecond),
});

/** Makes periods in seconds into periods in days. */
export const inDays = (periods: PeriodStarts): PeriodStarts => ({
  startOf: (day) => periods.startOf(day * DAY) / DAY,
  cellsIn: (from, to) => scaled(periods.cellsIn(from * DAY, to * DAY), 1 / DAY),
});

const scaled = (cells: CellSize | undefined, by: number): CellSize | undefined =>
  cells && { ...cells, size: Math.round(cells.size * by), phase: Math.round(cells.phase * by) };

const floorMod = (a: number, b: number): number => a - floorDiv(a, b) * b;

function greatestDivisor(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y > 0) [x, y] = [y, x % y];
  return x;
}
