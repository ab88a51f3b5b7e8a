import { MINUS } from './bytes/characters';
import { digits } from './bytes/digits';

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
