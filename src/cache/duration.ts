import { ApplyError } from '../errors.js';
import { preview } from '../util/index.js';

/** A length of time: the sum of its parts. */
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

/**
 * Returns the milliseconds of a duration. Throws `ERR_INVALID_OPTION` if it is none.
 * @param verb begins the error's message
 */
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
      const names = Object.keys(units).join(', ');
      throw new ApplyError(
        'ERR_INVALID_OPTION',
        `${verb} takes ${names}, each a number from 0, got ${unit}: ${preview(count)}`,
      );
    }
    total += count * units[unit as keyof Duration];
  }
  return total;
}
