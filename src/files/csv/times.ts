import { latin1 } from './numbers.js';

/** A point in time: whole seconds since 1970 and nanoseconds, or a day. */
export interface TimeParts {
  seconds: number;
  nanoseconds: number;
  /** Digits of the fraction of a second. */
  digits: number;
  hasTime: boolean;
  /** True if the text names a time zone, so that this is a moment in UTC. */
  hasZone: boolean;
}

/** Reads a text into `out`; returns whether it is a time. */
export type TimeReader = (bytes: Uint8Array, from: number, to: number, out: TimeParts) => boolean;

export const newTimeParts = (): TimeParts => ({
  seconds: 0,
  nanoseconds: 0,
  digits: 0,
  hasTime: false,
  hasZone: false,
});

const ZERO = 48;
const DASH = 45;
const COLON = 58;
const DAY_SECONDS = 86_400;

/** Reads 2024-07-31, 2024-07-31T09:30, 2024-07-31 09:30:15.123456+02:00 and what lies between. */
export const readIsoTime: TimeReader = (bytes, from, to, out) => {
  if (to - from < 10 || bytes[from + 4] !== DASH || bytes[from + 7] !== DASH) return false;
  const day = dayNumber(number(bytes, from, 4), number(bytes, from + 5, 2), number(bytes, from + 8, 2));
  if (Number.isNaN(day)) return false;
  out.seconds = day * DAY_SECONDS;
  out.nanoseconds = 0;
  out.digits = 0;
  out.hasTime = to - from > 10;
  out.hasZone = false;
  if (!out.hasTime) return true;
  const separator = bytes[from + 10];
  if ((separator !== 84 && separator !== 32) || to - from < 16 || bytes[from + 13] !== COLON) return false;
  const hour = number(bytes, from + 11, 2);
  const minute = number(bytes, from + 14, 2);
  if (!(hour < 24 && minute < 60)) return false;
  out.seconds += hour * 3600 + minute * 60;
  let at = from + 16;
  if (bytes[at] === COLON && at < to) {
    const second = to - at >= 3 ? number(bytes, at + 1, 2) : Number.NaN;
    if (!(second < 60)) return false;
    out.seconds += second;
    at += 3;
    if (at < to && (bytes[at] === 46 || bytes[at] === 44)) {
      const end = endOfDigits(bytes, at + 1, to);
      out.digits = end - at - 1;
      if (out.digits === 0 || out.digits > 9) return false;
      out.nanoseconds = number(bytes, at + 1, out.digits) * 10 ** (9 - out.digits);
      at = end;
    }
  }
  return at === to || readZone(bytes, at, to, out);
};

/** Reads Z, +02, +0200 or +02:00 at the end. */
function readZone(bytes: Uint8Array, from: number, to: number, out: TimeParts): boolean {
  const at = bytes[from] === 32 ? from + 1 : from;
  out.hasZone = true;
  const sign = bytes[at];
  if ((sign === 90 || sign === 122) && to - at === 1) return true;
  if (sign !== 43 && sign !== DASH) return false;
  const hours = to - at >= 3 ? number(bytes, at + 1, 2) : Number.NaN;
  const minutesAt = bytes[at + 3] === COLON ? at + 4 : at + 3;
  const minutes = to - at === 3 ? 0 : to - minutesAt === 2 ? number(bytes, minutesAt, 2) : Number.NaN;
  if (!(hours < 24 && minutes < 60)) return false;
  out.seconds -= (sign === DASH ? -1 : 1) * (hours * 3600 + minutes * 60);
  return true;
}

/** Returns a whole number of so many digits; NaN if another character is there. */
function number(bytes: Uint8Array, from: number, digits: number): number {
  let value = 0;
  for (let at = from; at < from + digits; at++) {
    const digit = bytes[at] - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function endOfDigits(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] >= ZERO && bytes[at] <= ZERO + 9) at++;
  return at;
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Returns the days since 1970 of a date of the Gregorian calendar; NaN if there is no such date. */
export function dayNumber(year: number, month: number, day: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const last = MONTH_DAYS[month - 1] + (month === 2 && isLeap ? 1 : 0);
  if (!(day >= 1 && day <= last)) return Number.NaN;
  // Counts from March, so that a leap day is the last of its year.
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The parts of a strptime format, as patterns with names. */
const DIRECTIVES: { readonly [letter: string]: string } = {
  Y: '(?<Y>\\d{4})',
  y: '(?<y>\\d\\d)',
  m: '(?<m>\\d\\d?)',
  d: '(?<d>\\d\\d?)',
  H: '(?<H>\\d\\d?)',
  M: '(?<M>\\d\\d?)',
  S: '(?<S>\\d\\d?)',
  f: '(?<f>\\d{1,9})',
  '%': '%',
};

/** Makes a reader of a format of strptime; undefined for a format with other letters. */
export function timeReaderOf(format: string): TimeReader | undefined {
  let isKnown = true;
  const pattern = format.replace(/%(.)|[^%]/g, (part, letter: string | undefined) => {
    if (letter === undefined) return part.replace(/[.*+?^${}()|[\]\\/]/, '\\$&');
    if (!Object.hasOwn(DIRECTIVES, letter)) isKnown = false;
    return DIRECTIVES[letter] ?? '';
  });
  if (!isKnown || !/%[Yy]/.test(format) || /%([a-zA-Z]).*%\1/.test(format)) return undefined;
  const test = new RegExp(`^${pattern}$`);
  const hasTime = /%[HMSf]/.test(format);
  return (bytes, from, to, out) => {
    const found = test.exec(latin1(bytes, from, to))?.groups;
    if (!found) return false;
    const part = (letter: string, absent: number) =>
      found[letter] === undefined ? absent : Number(found[letter]);
    const short = part('y', 0);
    // Reads years as Python does: 69 to 99 are of the last century.
    const year = part('Y', short + (short < 69 ? 2000 : 1900));
    const day = dayNumber(year, part('m', 1), part('d', 1));
    const [hour, minute, second] = [part('H', 0), part('M', 0), part('S', 0)];
    if (Number.isNaN(day) || hour > 23 || minute > 59 || second > 59) return false;
    const fraction = found.f ?? '';
    out.seconds = day * DAY_SECONDS + hour * 3600 + minute * 60 + second;
    out.digits = fraction.length;
    out.nanoseconds = Number(fraction.padEnd(9, '0'));
    out.hasTime = hasTime;
    out.hasZone = false;
    return true;
  };
}
