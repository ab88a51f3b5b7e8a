import type { Block, UsualValues } from './block.js';
import { EXACT_DIGITS, EXACT_POWERS, MOST_DIGITS, roundedQuotient } from './numbers.js';
import { dayNumber } from './times.js';

/*
 * The loops over the values that most columns have. Each reads the values of a column from a row of a block
 * on, and stops at the first one that is not as usual: null, in spaces, too long, or wrong. They take typed
 * arrays alone, and do for a value what a call of a method would cost. Each returns how many values it read.
 */

const ZERO = 48;
const MINUS = 45;
const DASH = 45;
const HIGH_WORD = 2 ** -32;
const WORD = 2 ** 32;

/** Numbers of so many digits fit into 32 bits. */
const INT32_DIGITS = 9;

function readInt32s(
  { bytes, index: { starts, ends, numColumns, numRows } }: Block,
  row: number,
  column: number,
  values: Int32Array,
  first: number,
): number {
  let out = first;
  for (let k = row, field = row * numColumns + column; k < numRows; k++, field += numColumns) {
    let at = starts[field];
    const to = ends[field];
    const isNegative = bytes[at] === MINUS && at < to;
    if (isNegative) at++;
    const length = to - at;
    if (length === 0 || length > INT32_DIGITS || (bytes[at] === ZERO && length > 1)) break;
    let value = 0;
    for (; at < to; at++) {
      const digit = bytes[at] - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (at < to) break;
    values[out++] = isNegative ? -value : value;
  }
  return out - first;
}

function readInt64s(
  { bytes, index: { starts, ends, numColumns, numRows } }: Block,
  row: number,
  column: number,
  words: Int32Array,
  first: number,
): number {
  let out = first;
  for (let k = row, field = row * numColumns + column; k < numRows; k++, field += numColumns) {
    let at = starts[field];
    const to = ends[field];
    const length = to - at;
    if (length === 0 || length > EXACT_DIGITS || (bytes[at] === ZERO && length > 1)) break;
    let value = 0;
    for (; at < to; at++) {
      const digit = bytes[at] - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (at < to) break;
    const high = Math.floor(value * HIGH_WORD);
    words[out * 2] = value - high * WORD;
    words[out * 2 + 1] = high;
    out++;
  }
  return out - first;
}

function readFloats(
  { bytes, index: { starts, ends, numColumns, numRows } }: Block,
  row: number,
  column: number,
  values: Float64Array,
  first: number,
  decimal: number,
): number {
  let out = first;
  for (let k = row, field = row * numColumns + column; k < numRows; k++, field += numColumns) {
    let at = starts[field];
    const to = ends[field];
    const isNegative = bytes[at] === MINUS && at < to;
    if (isNegative) at++;
    const begin = at;
    let value = 0;
    let digit = 0;
    const wholeEnd = Math.min(to, begin + EXACT_DIGITS);
    for (; at < wholeEnd; at++) {
      digit = bytes[at] - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    const whole = at - begin;
    if (whole === 0) break;
    if (at === to) {
      values[out++] = isNegative ? -value : value;
      continue;
    }
    if (bytes[at] !== decimal || at + 1 === to) break;
    const fraction = ++at;
    const exactEnd = Math.min(to, fraction + EXACT_DIGITS - whole);
    for (; at < exactEnd; at++) {
      digit = bytes[at] - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    const scale = to - fraction;
    if (at < to) {
      // Values of doubles have up to 17 digits.
      if (at < exactEnd || whole + scale > MOST_DIGITS) break;
      const tailDigits = to - at;
      let tail = 0;
      for (; at < to; at++) {
        digit = bytes[at] - ZERO;
        if (digit < 0 || digit > 9) break;
        tail = tail * 10 + digit;
      }
      if (at < to) break;
      value = roundedQuotient(value, EXACT_POWERS[tailDigits], tail, EXACT_POWERS[scale]);
      // Leaves NaN, which means doubt about rounding, to the slower way.
      if (!(value >= 0)) break;
    } else value /= EXACT_POWERS[scale];
    values[out++] = isNegative ? -value : value;
  }
  return out - first;
}

const ISO_DAY_BYTES = 10;
/** Days before each month of 1970 + (0 or 2): the second half is that of a leap year. */
let monthDays: Int32Array | undefined;
/** Days from 1970 to each year, from year 0 on. */
let yearDays: Int32Array | undefined;

function readDays(
  { bytes, index: { starts, ends, numColumns, numRows } }: Block,
  row: number,
  column: number,
  values: Int32Array,
  first: number,
): number {
  yearDays ??= Int32Array.from({ length: 10_000 }, (_, year) => dayNumber(year, 1, 1));
  monthDays ??= Int32Array.from({ length: 24 }, (_, k) =>
    k < 12 ? dayNumber(1970, k + 1, 1) : dayNumber(1972, k - 11, 1) - dayNumber(1972, 1, 1),
  );
  const years = yearDays;
  const months = monthDays;
  let out = first;
  for (let k = row, field = row * numColumns + column; k < numRows; k++, field += numColumns) {
    const at = starts[field];
    if (ends[field] - at !== ISO_DAY_BYTES || bytes[at + 4] !== DASH || bytes[at + 7] !== DASH) break;
    const y0 = bytes[at] - ZERO;
    const y1 = bytes[at + 1] - ZERO;
    const y2 = bytes[at + 2] - ZERO;
    const y3 = bytes[at + 3] - ZERO;
    const m0 = bytes[at + 5] - ZERO;
    const m1 = bytes[at + 6] - ZERO;
    const d0 = bytes[at + 8] - ZERO;
    const d1 = bytes[at + 9] - ZERO;
    // A byte below '0' gives a negative number, and then the union of all is negative.
    if ((y0 | y1 | y2 | y3 | m0 | m1 | d0 | d1) < 0) break;
    if (y0 > 9 || y1 > 9 || y2 > 9 || y3 > 9 || m1 > 9 || d1 > 9) break;
    const year = y0 * 1000 + y1 * 100 + y2 * 10 + y3;
    const month = m0 * 10 + m1;
    const day = d0 * 10 + d1;
    // Checks days that not every month has against the calendar.
    if (month < 1 || month > 12 || day < 1 || day > 28) {
      const exact = dayNumber(year, month, day);
      if (Number.isNaN(exact)) break;
      values[out++] = exact;
      continue;
    }
    const isLeap = (year & 3) === 0 && (year % 100 !== 0 || year % 400 === 0);
    values[out++] = years[year] + months[(isLeap ? 12 : 0) + month - 1] + day - 1;
  }
  return out - first;
}

/** Longer texts are copied by the engine, shorter ones byte by byte. */
export const SHORT_BYTES = 24;
const ESCAPED = 2;

/** Copies texts to where the last one ended. The target must have room for all of the block. */
function copyTexts(
  { bytes, index: { starts, ends, kinds, numColumns, numRows } }: Block,
  row: number,
  column: number,
  offsets: Int32Array,
  first: number,
  target: Uint8Array,
): number {
  let out = first;
  let used = offsets[first];
  for (let k = row, field = row * numColumns + column; k < numRows; k++, field += numColumns) {
    let at = starts[field];
    const to = ends[field];
    if (at === to || kinds[field] === ESCAPED) break;
    if (to - at < SHORT_BYTES) while (at < to) target[used++] = bytes[at++];
    else {
      target.set(bytes.subarray(at, to), used);
      used += to - at;
    }
    offsets[++out] = used;
  }
  return out - first;
}

const noNumbers = { count: 0, numValues: 0, hasFraction: false };

/** The usual values in JavaScript. */
export const usualValues: UsualValues = {
  nulls: new Int32Array(0),
  numNulls: 0,
  readInt32s,
  readInt64s,
  readFloats,
  readDays,
  readTimes: () => 0,
  copyTexts,
  countNumbers: () => noNumbers,
};
