/*
 * Reads numbers from bytes, exactly as Number() would read the text. Most numbers have few digits and are
 * read in whole numbers and one division, which rounds once.
 */

const ZERO = 48;
const MINUS = 45;
export const EXACT_POWERS = Array.from({ length: 23 }, (_, k) => 10 ** k);
/** A whole number of these digits is exact. */
export const EXACT_DIGITS = 15;
export const MOST_DIGITS = 19;
/** The factor that splits a double in two halves, whose products are exact (Veltkamp's). */
const SPLITTER = 2 ** 27 + 1;
/** An upper limit of the error of the two-step division, relative to its second step. */
const DOUBT = 2 ** -40;

/** Returns the float between two positions; undefined if there is none. */
export function readFloat(bytes: Uint8Array, from: number, to: number, decimal: number): number | undefined {
  let at = from;
  const isNegative = bytes[at] === MINUS;
  if (isNegative) at++;
  let head = 0;
  let tail = 0;
  let tailDigits = 0;
  let digits = 0;
  let scale = 0;
  let isFraction = false;
  const first = at;
  for (; at < to; at++) {
    const digit = bytes[at] - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (digits < EXACT_DIGITS) head = head * 10 + digit;
      else if (digits < MOST_DIGITS) {
        tail = tail * 10 + digit;
        tailDigits++;
      }
      if (digits > 0 || digit > 0) digits++;
      if (isFraction) scale++;
    } else if (bytes[at] === decimal && !isFraction) isFraction = true;
    else break;
  }
  if (at === first || (isFraction && at === first + 1)) return readSpecial(bytes, from, to);
  if (at < to || digits > MOST_DIGITS || scale > 22) return readSlowly(bytes, from, to, decimal);
  const power = EXACT_POWERS[scale];
  const value =
    tailDigits === 0 ? head / power : roundedQuotient(head, EXACT_POWERS[tailDigits], tail, power);
  if (Number.isNaN(value)) return readSlowly(bytes, from, to, decimal);
  return isNegative ? -value : value;
}

/** Returns (head * factor + tail) / power, rounded once; NaN if two steps cannot tell how to round. */
export function roundedQuotient(head: number, factor: number, tail: number, power: number): number {
  const product = head * factor;
  const sum = product + tail;
  const low = productError(head, factor, product) + (tail - (sum - product));
  const quotient = sum / power;
  const back = quotient * power;
  const rest = (sum - back - productError(quotient, power, back) + low) / power;
  const above = quotient + rest * (1 + DOUBT);
  const below = quotient + rest * (1 - DOUBT);
  return above === below ? above : Number.NaN;
}

/** Returns the part of the product of two doubles that rounding removed. */
function productError(a: number, b: number, product: number): number {
  const aBig = SPLITTER * a - (SPLITTER * a - a);
  const aSmall = a - aBig;
  const bBig = SPLITTER * b - (SPLITTER * b - b);
  const bSmall = b - bBig;
  return aSmall * bSmall - (product - aBig * bBig - aSmall * bBig - aBig * bSmall);
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INFINITE = /^[+-]?inf(?:inity)?$/i;

function readSlowly(bytes: Uint8Array, from: number, to: number, decimal: number): number | undefined {
  const text = latin1(bytes, from, to);
  const plain = decimal === 46 ? text : text.replace(String.fromCharCode(decimal), '.');
  return NUMBER.test(plain) ? Number(plain) : undefined;
}

function readSpecial(bytes: Uint8Array, from: number, to: number): number | undefined {
  const text = latin1(bytes, from, to);
  if (/^nan$/i.test(text)) return Number.NaN;
  if (!INFINITE.test(text)) return undefined;
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

export const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
