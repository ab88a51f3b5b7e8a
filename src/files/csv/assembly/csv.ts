/*
 * The inner loops of reading CSV: where fields begin and end, and the values that most columns have. This is
 * AssemblyScript: addresses are `usize`, and loads and stores are not checked. There are 64 bytes of room
 * before and behind the text and every output. Positions count from the beginning of the text, in 32 bits.
 *
 * Each function that reads values gets the addresses of the first field's start and end, and the bytes from
 * there to the next row's. It stops at the first value that is not as usual, and returns how many it read.
 * `nulls` gets the rows that are empty, and `result` their number.
 */

// The caller's, for each line that is left out; -1 fields stand for wrong quotes.
// @ts-ignore: decorators of functions exist in AssemblyScript
@external('env', 'bad')
declare function bad(line: i32, numFields: i32): void;

const LF: i32 = 10;
const CR: i32 = 13;
const ZERO: i32 = 48;
const MINUS: i32 = 45;
const DASH: i32 = 45;
const POINT: i32 = 46;
const COLON: i32 = 58;

const QUOTED: i32 = 1;
const ESCAPED: i32 = 2;

/** Returns a bit for each of 64 bytes that is one of four. */
// @ts-ignore: decorators of functions exist in AssemblyScript
@inline
function marks(at: usize, a: v128, b: v128, c: v128, d: v128): u64 {
  return (
    marks16(v128.load(at), a, b, c, d) |
    (marks16(v128.load(at, 16), a, b, c, d) << 16) |
    (marks16(v128.load(at, 32), a, b, c, d) << 32) |
    (marks16(v128.load(at, 48), a, b, c, d) << 48)
  );
}

// @ts-ignore: decorators of functions exist in AssemblyScript
@inline
function marks16(bytes: v128, a: v128, b: v128, c: v128, d: v128): u64 {
  const first = v128.or(i8x16.eq(bytes, a), i8x16.eq(bytes, b));
  const second = v128.or(i8x16.eq(bytes, c), i8x16.eq(bytes, d));
  return <u64>(<u32>i8x16.bitmask(v128.or(first, second)));
}

/**
 * Finds the fields of whole lines from `at` on, as many as there is room for. Returns the position of the
 * first line that it did not read. `result` gets the number of rows, and whether there are quotes.
 */
export function indexLines(
  text: usize,
  at: i32,
  end: i32,
  isLast: i32,
  delimiter: i32,
  quote: i32,
  numColumns: i32,
  maxRows: i32,
  starts: usize,
  ends: usize,
  kinds: usize,
  lines: usize,
  result: usize,
): i32 {
  const a = i8x16.splat(<i8>delimiter);
  const b = i8x16.splat(<i8>LF);
  const c = i8x16.splat(<i8>CR);
  const d = i8x16.splat(<i8>quote);
  let row = 0;
  let hasQuotes = false;
  let line = at;
  let start = at;
  let column = 0;
  let rowField = 0;
  let isBroken = false;
  let base = at;
  let mask = marks(text + base, a, b, c, d);
  let next = at;
  while (true) {
    while (mask == 0) {
      base += 64;
      if (base >= end) break;
      mask = marks(text + base, a, b, c, d);
    }
    if (mask == 0) break;
    let position = base + <i32>ctz(mask);
    if (position >= end) break;
    mask &= mask - 1;
    let byte = <i32>load<u8>(text + position);
    const field = <usize>(rowField + column);
    if (byte == quote) {
      // Inside of an unquoted field it stands for itself.
      if (position != start) continue;
      let isEscaped = false;
      position++;
      while (true) {
        position = find(text, position, end, quote);
        if (position >= end - 1 || <i32>load<u8>(text + position, 1) != quote) break;
        isEscaped = true;
        position += 2;
      }
      if (position >= end - 1 && !isLast) break;
      if (column < numColumns) {
        store<i32>(starts + (field << 2), start + 1);
        store<i32>(ends + (field << 2), position);
        store<u8>(kinds + field, <u8>(isEscaped ? ESCAPED : QUOTED));
        hasQuotes = true;
      }
      position++;
      byte = position < end ? <i32>load<u8>(text + position) : 0;
      if (byte != delimiter && byte != LF && byte != CR) {
        isBroken = true;
        while (position < end && byte != delimiter && byte != LF) byte = <i32>load<u8>(text + ++position);
        if (position >= end) {
          if (!isLast) break;
          byte = LF;
        }
      }
      base = position + 1;
      mask = base < end ? marks(text + base, a, b, c, d) : 0;
    } else if (column < numColumns) {
      store<i32>(starts + (field << 2), start);
      store<i32>(ends + (field << 2), position);
      if (hasQuotes) store<u8>(kinds + field, 0);
    }
    start = position + 1;
    if (byte == delimiter) {
      column++;
      continue;
    }
    // An empty line is no row, not even of a single column.
    if (position > line) {
      if (column + 1 == numColumns && !isBroken) {
        store<i32>(lines + (<usize>row << 2), line);
        row++;
        rowField += numColumns;
      } else bad(line, isBroken ? -1 : column + 1);
    }
    column = 0;
    isBroken = false;
    line = start;
    if (row == maxRows) break;
  }
  store<i32>(result, row);
  store<i32>(result, <i32>hasQuotes, 4);
  return min(line, end);
}

/** Returns the position of a byte; `end` if there is none. */
function find(text: usize, from: i32, end: i32, byte: i32): i32 {
  const wanted = i8x16.splat(<i8>byte);
  for (let at = from; at < end; at += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(text + at), wanted));
    if (found != 0) return min(end, at + ctz(found));
  }
  return end;
}

const ZEROS: u64 = 0x3030303030303030;

/** Reads eight digits; returns -1 if there is anything else. */
// @ts-ignore: decorators of functions exist in AssemblyScript
@inline
function eight(text: u64): i64 {
  if ((text & (text + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) != ZEROS) return -1;
  let value = text - ZEROS;
  value = value * 10 + (value >> 8);
  const even = (value & 0x000000ff000000ff) * 0x000f424000000064;
  const odd = ((value >> 16) & 0x000000ff000000ff) * 0x0000271000000001;
  return <i64>((even + odd) >> 32);
}

/** Reads up to eight digits that end at an address. */
// @ts-ignore: decorators of functions exist in AssemblyScript
@inline
function upToEight(end: usize, count: i32): i64 {
  // The digits are the last ones of eight bytes; zeros take the place of what is before.
  const before = (<u64>1 << ((8 - count) << 3)) - 1;
  return eight((load<u64>(end - 8) & ~before) | (ZEROS & before));
}

/**
 * Reads 1 to 24 digits that end at an address; returns -1 if there is anything else, or more than 63 bits.
 */
// @ts-ignore: decorators of functions exist in AssemblyScript
@inline
function digits(end: usize, count: i32): i64 {
  if (count <= 8) return upToEight(end, count);
  const low = eight(load<u64>(end - 8));
  if (count <= 16) {
    const high = upToEight(end - 8, count - 8);
    return (low | high) < 0 ? -1 : high * 100000000 + low;
  }
  const middle = eight(load<u64>(end - 16));
  const high = upToEight(end - 16, count - 16);
  return (low | middle | high) < 0 || high > 921 ? -1 : (high * 100000000 + middle) * 100000000 + low;
}

/** Reads whole numbers of 32 bits. Zeros in front are not usual. */
export function readInt32s(
  text: usize,
  starts: usize,
  ends: usize,
  step: usize,
  count: i32,
  out: usize,
  nulls: usize,
  result: usize,
): i32 {
  let numNulls = 0;
  let k = 0;
  for (; k < count; k++, starts += step, ends += step, out += 4) {
    let from = load<i32>(starts);
    const to = load<i32>(ends);
    if (from == to) {
      store<i32>(nulls + (<usize>numNulls << 2), k);
      numNulls++;
      store<i32>(out, 0);
      continue;
    }
    const isNegative = <i32>load<u8>(text + from) == MINUS;
    if (isNegative) from++;
    const length = to - from;
    if (length == 0 || length > 10 || (length > 1 && <i32>load<u8>(text + from) == ZERO)) break;
    let value = digits(text + to, length);
    if (value < 0) break;
    if (isNegative) value = -value;
    if (value != <i64>(<i32>value)) break;
    store<i32>(out, <i32>value);
  }
  store<i32>(result, numNulls);
  return k;
}

/** Reads whole numbers of up to 18 digits. Zeros in front are not usual. */
export function readInt64s(
  text: usize,
  starts: usize,
  ends: usize,
  step: usize,
  count: i32,
  out: usize,
  nulls: usize,
  result: usize,
): i32 {
  let numNulls = 0;
  let k = 0;
  for (; k < count; k++, starts += step, ends += step, out += 8) {
    let from = load<i32>(starts);
    const to = load<i32>(ends);
    if (from == to) {
      store<i32>(nulls + (<usize>numNulls << 2), k);
      numNulls++;
      store<i64>(out, 0);
      continue;
    }
    const isNegative = <i32>load<u8>(text + from) == MINUS;
    if (isNegative) from++;
    const length = to - from;
    if (length == 0 || length > 18 || (length > 1 && <i32>load<u8>(text + from) == ZERO)) break;
    const value = digits(text + to, length);
    if (value < 0) break;
    store<i64>(out, isNegative ? -value : value);
  }
  store<i32>(result, numNulls);
  return k;
}

/**
 * Reads numbers of up to 19 digits without an exponent, as Number() would. `powers` has powers of ten as
 * whole numbers, from 160 bytes on as floats, and from 352 on the reciprocals that {@link quotient} takes.
 */
export function readFloats(
  text: usize,
  starts: usize,
  ends: usize,
  step: usize,
  count: i32,
  out: usize,
  nulls: usize,
  result: usize,
  decimal: i32,
  powers: usize,
): i32 {
  const points = <u64>decimal * 0x0101010101010101;
  let numNulls = 0;
  let k = 0;
  for (; k < count; k++, starts += step, ends += step, out += 8) {
    let from = load<i32>(starts);
    const to = load<i32>(ends);
    if (from == to) {
      store<i32>(nulls + (<usize>numNulls << 2), k);
      numNulls++;
      store<f64>(out, 0);
      continue;
    }
    const isNegative = <i32>load<u8>(text + from) == MINUS;
    if (isNegative) from++;
    const length = to - from;
    if (length == 0 || length > 24) break;
    // The bytes that are the decimal separator have become 0; the lowest of these is marked.
    const first = load<u64>(text + from) ^ points;
    const marked = (first - 0x0101010101010101) & ~first & 0x8080808080808080;
    let whole = <i32>(ctz(marked) >> 3);
    if (marked == 0) {
      whole = 8;
      while (whole < length && <i32>load<u8>(text + from + whole) != decimal) whole++;
    }
    let value: f64;
    if (whole >= length) {
      if (length > 18) break;
      const exact = digits(text + to, length);
      if (exact < 0) break;
      value = <f64>exact;
    } else {
      const fraction = length - whole - 1;
      if (whole == 0 || fraction == 0 || whole > 18 || fraction > 22) break;
      const high = digits(text + from + whole, whole);
      const low = digits(text + to, fraction);
      if ((high | low) < 0 || (whole + fraction > 19 && high != 0)) break;
      const power = powers + (<usize>fraction << 3);
      const all = high == 0 ? <u64>low : <u64>high * load<u64>(power) + <u64>low;
      // Up to 2^53 both numbers are exact, so the division rounds once.
      if (all <= 0x20000000000000) value = <f64>all / load<f64>(power, 160);
      else value = quotient(all, fraction, powers + 352);
    }
    store<f64>(out, isNegative ? -value : value);
  }
  store<i32>(result, numNulls);
  return k;
}

/**
 * Returns `whole` divided by 10^k, rounded once: the algorithm of Eisel and Lemire. `reciprocals` has 128
 * bits of 5^-k for each k, the upper half first.
 */
function quotient(whole: u64, k: i32, reciprocals: usize): f64 {
  const zeros = <i32>clz(whole);
  const shifted = whole << zeros;
  const reciprocal = reciprocals + (<usize>k << 4);
  const factor = load<u64>(reciprocal);
  let high = upper(shifted, factor);
  let low = shifted * factor;
  if ((high & 0x1ff) == 0x1ff) {
    const second = upper(shifted, load<u64>(reciprocal, 8));
    low += second;
    if (second > low) high++;
  }
  const top = <i32>(high >> 63);
  const shift = <u64>(top + 64 - 52 - 3);
  let mantissa = high >> shift;
  let exponent = (((152170 + 65536) * -k) >> 16) + 63 + top - zeros + 1023;
  // Exactly between two floats, which only small powers can give: the even one.
  if (low <= 1 && k <= 4 && (mantissa & 3) == 1 && mantissa << shift == high) mantissa &= ~(<u64>1);
  mantissa = (mantissa + (mantissa & 1)) >> 1;
  if (mantissa >= 0x20000000000000) {
    mantissa = 0x10000000000000;
    exponent++;
  }
  return reinterpret<f64>((mantissa & 0xfffffffffffff) | (<u64>exponent << 52));
}

/** Returns the upper half of a product. */
// @ts-ignore: decorators of functions exist in AssemblyScript
@inline
function upper(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const middle = aHigh * bLow + ((aLow * bLow) >> 32);
  return aHigh * bHigh + (middle >> 32) + ((aLow * bHigh + (middle & 0xffffffff)) >> 32);
}

/** Returned for a date that is not as usual. */
const NO_DAY: i32 = i32.MIN_VALUE;

/**
 * Reads a date such as 2024-07-31. `days` has the days to each year and, from 40,000 bytes on, to each month
 * of a year and of a leap year. Days that not every month has are left to the caller.
 */
// @ts-ignore: decorators of functions exist in AssemblyScript
@inline
function dayAt(at: usize, days: usize): i32 {
  if (<i32>load<u8>(at, 4) != DASH || <i32>load<u8>(at, 7) != DASH) return NO_DAY;
  const front = load<u64>(at);
  // The eight digits, without the dashes.
  const all = <i32>(
    eight((front & 0xffffffff) | ((front >> 8) & 0x0000ffff00000000) | (<u64>load<u16>(at, 8) << 48))
  );
  if (all < 0) return NO_DAY;
  const year = all / 10000;
  const month = (all / 100) % 100;
  const day = all % 100;
  if (month < 1 || month > 12 || day < 1 || day > 28) return NO_DAY;
  const isLeap = (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);
  const place = (isLeap ? 12 : 0) + month - 1;
  return load<i32>(days + (<usize>year << 2)) + load<i32>(days + 40000 + (<usize>place << 2)) + day - 1;
}

/** Reads dates such as 2024-07-31. */
export function readDays(
  text: usize,
  starts: usize,
  ends: usize,
  step: usize,
  count: i32,
  out: usize,
  nulls: usize,
  result: usize,
  days: usize,
): i32 {
  let numNulls = 0;
  let k = 0;
  for (; k < count; k++, starts += step, ends += step, out += 4) {
    const from = load<i32>(starts);
    const to = load<i32>(ends);
    if (from == to) {
      store<i32>(nulls + (<usize>numNulls << 2), k);
      numNulls++;
      store<i32>(out, 0);
      continue;
    }
    if (to - from != 10) break;
    const day = dayAt(text + from, days);
    if (day == NO_DAY) break;
    store<i32>(out, day);
  }
  store<i32>(result, numNulls);
  return k;
}

/**
 * Reads times such as 2024-07-31 09:30:15.123, with or without seconds and fraction. All end in Z or none.
 *
 * @param unit digits of a second's fraction in the unit
 */
export function readTimes(
  text: usize,
  starts: usize,
  ends: usize,
  step: usize,
  count: i32,
  out: usize,
  nulls: usize,
  result: usize,
  days: usize,
  unit: i32,
  hasZone: i32,
  powers: usize,
): i32 {
  const perSecond = load<i64>(powers + (<usize>unit << 3));
  let numNulls = 0;
  let k = 0;
  for (; k < count; k++, starts += step, ends += step, out += 8) {
    const from = load<i32>(starts);
    let length = load<i32>(ends) - from;
    if (length == 0) {
      store<i32>(nulls + (<usize>numNulls << 2), k);
      numNulls++;
      store<i64>(out, 0);
      continue;
    }
    const at = text + from;
    if (hasZone) {
      length--;
      if (<i32>load<u8>(at + length) != 90) break;
    }
    const separator = <i32>load<u8>(at, 10);
    if ((length != 16 && length < 19) || (separator != 84 && separator != 32)) break;
    const day = dayAt(at, days);
    if (day == NO_DAY) break;
    const clock = load<u64>(at, 11);
    if (<i32>load<u8>(at, 13) != COLON) break;
    let packed = 0x3030 | ((clock & 0xffff) << 16) | (((clock >> 24) & 0xffff) << 32);
    if (length == 16) packed |= 0x3030000000000000;
    else if (<i32>load<u8>(at, 16) == COLON) packed |= clock & 0xffff000000000000;
    else break;
    const all = <i32>eight(packed);
    const hour = all / 10000;
    const minute = (all / 100) % 100;
    const second = all % 100;
    if (all < 0 || hour > 23 || minute > 59 || second > 59) break;
    let value = (<i64>day * 86400 + hour * 3600 + minute * 60 + second) * perSecond;
    // Years whose nanoseconds do not fit into 64 bits.
    if (unit == 9 && (day < -106000 || day > 106000)) break;
    if (length > 19) {
      const places = length - 20;
      if (<i32>load<u8>(at, 19) != POINT || places < 1 || places > unit) break;
      const fraction = digits(at + length, places);
      if (fraction < 0) break;
      value += fraction * load<i64>(powers + (<usize>(unit - places) << 3));
    }
    store<i64>(out, value);
  }
  store<i32>(result, numNulls);
  return k;
}

/** Copies texts one behind the other. `offsets` gets the end of each; the first begins at `used`. */
export function copyTexts(
  text: usize,
  starts: usize,
  ends: usize,
  step: usize,
  count: i32,
  offsets: usize,
  nulls: usize,
  result: usize,
  kinds: usize,
  kindStep: usize,
  used: i32,
  target: usize,
): i32 {
  let to = target;
  let numNulls = 0;
  let k = 0;
  for (; k < count; k++, starts += step, ends += step, kinds += kindStep, offsets += 4) {
    const from = load<i32>(starts);
    const length = load<i32>(ends) - from;
    const kind = <i32>load<u8>(kinds);
    if (kind == ESCAPED) break;
    if (length == 0 && kind != QUOTED) {
      store<i32>(nulls + (<usize>numNulls << 2), k);
      numNulls++;
    }
    let source = text + from;
    const end = to + length;
    // Copies whole vectors; the next text overwrites what is too much.
    while (to < end) {
      v128.store(to, v128.load(source));
      source += 16;
      to += 16;
    }
    to = end;
    store<i32>(offsets, used + <i32>(to - target));
  }
  store<i32>(result, numNulls);
  return k;
}

// @ts-ignore: decorators of functions exist in AssemblyScript
@inline
function isDigit(at: usize): bool {
  return <u32>(<i32>load<u8>(at) - ZERO) <= 9;
}

/**
 * Returns how many values are plain numbers or empty: with one to nine digits before the separator, and no
 * zeros in front. `result` gets the number of those that are not empty, and whether one has a fraction.
 */
export function countNumbers(
  text: usize,
  starts: usize,
  ends: usize,
  step: usize,
  count: i32,
  result: usize,
  decimal: i32,
): i32 {
  let numValues = 0;
  let hasFraction = false;
  let k = 0;
  for (; k < count; k++, starts += step, ends += step) {
    let at = text + load<i32>(starts);
    const end = text + load<i32>(ends);
    if (at == end) continue;
    if (<i32>load<u8>(at) == MINUS) at++;
    const first = at;
    while (at < end && isDigit(at)) at++;
    const length = at - first;
    if (length == 0 || length > 9 || (<i32>load<u8>(first) == ZERO && length > 1)) break;
    if (at < end) {
      if (<i32>load<u8>(at) != decimal || ++at == end) break;
      while (at < end && isDigit(at)) at++;
      if (at < end) break;
      hasFraction = true;
    }
    numValues++;
  }
  store<i32>(result, numValues);
  store<i32>(result, <i32>hasFraction, 4);
  return k;
}
