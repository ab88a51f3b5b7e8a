import { TimeUnit } from 'apache-arrow';

const DAY_MS = 86_400_000;
const MOST_MS = 8_640_000_000_000_000;

let lastDay = Number.NaN;
let lastText = '';

/** Returns an ISO date; `days` since 1970. Rows that follow each other mostly have the same day. */
export function dayText(days: number): string {
  if (days === lastDay) return lastText;
  lastText = isoDate(days);
  lastDay = days;
  return lastText;
}

function isoDate(days: number): string {
  if (Math.abs(days * DAY_MS) <= MOST_MS) {
    const text = new Date(days * DAY_MS).toISOString();
    return text.slice(0, text.indexOf('T'));
  }
  // A whole number of 400 years has the same calendar.
  const cycles = Math.trunc(days / 146_097);
  const near = new Date((days - cycles * 146_097) * DAY_MS);
  const year = near.getUTCFullYear() + cycles * 400;
  return `${year < 0 ? '-' : '+'}${String(Math.abs(year)).padStart(6, '0')}${near.toISOString().slice(-20, -14)}`;
}

const units: { readonly [Unit in TimeUnit]: { perDay: bigint; perSecond: bigint; digits: number } } = {
  [TimeUnit.SECOND]: unit(0),
  [TimeUnit.MILLISECOND]: unit(3),
  [TimeUnit.MICROSECOND]: unit(6),
  [TimeUnit.NANOSECOND]: unit(9),
};

function unit(digits: number) {
  const perSecond = 10n ** BigInt(digits);
  return { perDay: 86_400n * perSecond, perSecond, digits };
}

/** Returns an ISO date and time, with the digits of the second that are not zero in threes. */
export function timeText(value: bigint, unit: TimeUnit, zone: string): string {
  const { perDay, perSecond, digits } = units[unit];
  let days = value / perDay;
  let rest = value % perDay;
  if (rest < 0n) {
    days -= 1n;
    rest += perDay;
  }
  const seconds = Number(rest / perSecond);
  const fraction = Number(rest % perSecond);
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${dayText(Number(days))}T${clock}${fractionText(fraction, digits)}${zone}`;
}

const two = (value: number) => (value < 10 ? `0${value}` : String(value));

function fractionText(fraction: number, digits: number): string {
  if (fraction === 0) return '';
  let text = String(fraction).padStart(digits, '0');
  while (text.endsWith('000')) text = text.slice(0, -3);
  return `.${text}`;
}
