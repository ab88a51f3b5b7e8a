import { DASH, POINT, COLON } from './bytes/characters';
import { eight, digits } from './bytes/digits';

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
