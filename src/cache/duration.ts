import { ApplyError } from '../errors.js';
import { preview } from '../util/index.js';

/** A length of time; its parts are added up. */
export interface Duration {
  weeks?: number;
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
  milliseconds?: number;
}

const SECOND = 1000;

const units: Required<Duration> = {
  weeks: 7 * 24 * 3600 * SECOND,
  days: 24 * 3600 * SECOND,
  hours: 3600 * SECOND,
  minutes: 60 * SECOND,
  seconds: SECOND,
  milliseconds: 1,
};

/** Milliseconds of a duration. */
export function toMilliseconds(verb: string, duration: Duration): number {
  if (typeof duration !== 'object' || duration === null) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `${verb} takes a length of time like { days: 1, hours: 12 }, got ${preview(duration)}`,
    );
  }
  if (Object.keys(duration).length === 0) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `${verb} takes a length of time with ${Object.keys(units).join(', ')}, got {}`,
    );
  }
  let total = 0;
  for (const [unit, count] of Object.entries(duration)) {
    if (!Object.hasOwn(units, unit) || typeof count !== 'number' || !(count >= 0)) {
      throw new ApplyError(
        'ERR_INVALID_OPTION',
        `${verb} takes ${Object.keys(units).join(', ')}, each a number from 0, got ${unit}: ${preview(count)}`,
      );
    }
    total += count * units[unit as keyof Duration];
  }
  return total;
}
