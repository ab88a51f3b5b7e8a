import { ZERO } from './characters';

const ZEROS: u64 = 0x3030303030303030;

/** Reads eight digits; returns -1 if there is anything else. */
// @ts-ignore: decorators of functions exist in AssemblyScript
@inline
export function eight(text: u64): i64 {
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
export function upToEight(end: usize, count: i32): i64 {
  // The digits are the last ones of eight bytes; zeros take the place of what is before.
  const before = (<u64>1 << ((8 - count) << 3)) - 1;
  return eight((load<u64>(end - 8) & ~before) | (ZEROS & before));
}

/**
 * Reads 1 to 24 digits that end at an address; returns -1 if there is anything else, or more than 63 bits.
 */
// @ts-ignore: decorators of functions exist in AssemblyScript
@inline
export function digits(end: usize, count: i32): i64 {
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

// @ts-ignore: decorators of functions exist in AssemblyScript
@inline
export function isDigit(at: usize): bool {
  return <u32>(<i32>load<u8>(at) - ZERO) <= 9;
}
