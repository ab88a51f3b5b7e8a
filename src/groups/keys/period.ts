import { ApplyError } from '../../errors.js';
import { fixedUnits, periodHint } from '../../options/index.js';
import { preview } from '../../util/index.js';

/** A unit of time: minutes are `m` or `min`, months `mo`, quarters `q`. */
export type PeriodUnit = 'ns' | 'us' | 'ms' | 's' | 'm' | 'min' | 'h' | 'd' | 'w' | 'mo' | 'q' | 'y';

/** A length of time: a whole number and a unit, such as `'15m'`, `'1d'`, `'1mo'`. */
export type PeriodText = `${number}${PeriodUnit}`;

/** A period of a fixed length, or one of whole months. */
export type Period =
  | { readonly nanoseconds: bigint; readonly unit: PeriodUnit; readonly months?: undefined }
  | { readonly months: number; readonly unit: PeriodUnit };

const SECOND = 1_000_000_000n;

const monthUnits: { readonly [unit: string]: number } = { mo: 1, q: 3, y: 12 };

/** The longest period. With it, distances between times stay within the exact range of floats. */
const MOST_YEARS = 100;

/** Reads a period such as '15m'. */
export function parsePeriod(text: unknown): Period {
  const [, digits, unit] = (typeof text === 'string' && /^(\d{1,15})\s*([a-z]+)$/.exec(text)) || [];
  const count = Number(digits);
  const known = unit !== undefined && (Object.hasOwn(fixedUnits, unit) || Object.hasOwn(monthUnits, unit));
  if (!known || !(count > 0)) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `every: a period is a whole number from 1 and one of ns, us, ms, s, m (or min), h, d, w, mo, q, y, ` +
        `as in '15m', '1d' or '1mo'; got ${preview(text)}` +
        periodHint(text, [...Object.keys(fixedUnits), ...Object.keys(monthUnits)]),
    );
  }
  const period: Period = Object.hasOwn(monthUnits, unit)
    ? { months: count * monthUnits[unit], unit: unit as PeriodUnit }
    : { nanoseconds: BigInt(count) * fixedUnits[unit], unit: unit as PeriodUnit };
  const years =
    period.months === undefined ? Number(period.nanoseconds / SECOND) / (86_400 * 365) : period.months / 12;
  if (years > MOST_YEARS) {
    throw new ApplyError('ERR_INVALID_OPTION', `every: '${text}' is longer than ${MOST_YEARS} years`);
  }
  return period;
}
