import { isSet, NO_KEY } from './table/rows';
import { EMPTY, FULL, GOLDEN, search } from './table/slots';

/**
 * Numbers keys of `step` bytes; `mask` keeps these of the eight that are read. `absolute` has the bits of a
 * float without its sign: there 0 means zero, whose sign is dropped, and more than `infinity` means NaN,
 * which is no key. `bits` is the validity, 0 without nulls; it begins at bit `bit`.
 */
export function numberWords(
  t: usize,
  source: usize,
  step: usize,
  mask: u64,
  absolute: u64,
  infinity: u64,
  bits: usize,
  bit: usize,
  codes: usize,
  row: i32,
  n: i32,
): i32 {
  const slots = <usize>load<u32>(t);
  const shift = load<u64>(t, 8);
  const sizes = <usize>load<u32>(t, 28);
  for (let i = 0; i < n; i++) {
    let code = NO_KEY;
    let tag = load<u64>(source) & mask;
    const magnitude = tag & absolute;
    if (magnitude === 0) tag = 0;
    if (magnitude <= infinity && (bits === 0 || isSet(bits, bit + i))) {
      const slot = slots + ((<usize>((tag * GOLDEN) >> shift)) << 4);
      code = load<i32>(slot, 8);
      if (code < 0 || load<u64>(slot) !== tag) code = search(t, slot, tag, row + i);
      if (code === FULL) return i;
      const size = sizes + ((<usize>code) << 2);
      store<i32>(size, load<i32>(size) + 1);
    }
    store<i32>(codes, code);
    source += step;
    codes += 4;
  }
  return n;
}

/**
 * Puts keys of one column into words of eight bytes, above the `shift` bits of the columns before it. `mask`
 * keeps the `step` bytes of a key.
 */
export function joinWords(source: usize, step: usize, mask: u64, shift: u64, words: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const word = (load<u64>(source) & mask) << shift;
    store<u64>(words, shift === 0 ? word : load<u64>(words) | word);
    source += step;
    words += 8;
  }
}

/** Numbers pairs of codes; a row that lacks one of them has no pair. */
export function numberPairs(t: usize, first: usize, second: usize, codes: usize, row: i32, n: i32): i32 {
  const slots = <usize>load<u32>(t);
  const shift = load<u64>(t, 8);
  const sizes = <usize>load<u32>(t, 28);
  for (let i = 0; i < n; i++) {
    const a = load<i32>(first);
    const b = load<i32>(second);
    let code = NO_KEY;
    if ((a | b) >= 0) {
      const tag = <u64>a | ((<u64>b) << 32);
      const slot = slots + ((<usize>((tag * GOLDEN) >> shift)) << 4);
      code = load<i32>(slot, 8);
      if (code < 0 || load<u64>(slot) !== tag) code = search(t, slot, tag, row + i);
      if (code === FULL) return i;
      const size = sizes + ((<usize>code) << 2);
      store<i32>(size, load<i32>(size) + 1);
    }
    store<i32>(codes, code);
    first += 4;
    second += 4;
    codes += 4;
  }
  return n;
}

/** Enters all tags into new, empty slots. */
export function refill(t: usize): void {
  const slots = <usize>load<u32>(t);
  const mask = <usize>load<u32>(t, 4);
  const shift = load<u64>(t, 8);
  const count = load<i32>(t, 16);
  const tags = <usize>load<u32>(t, 24);
  for (let code = 0; code < count; code++) {
    const tag = load<u64>(tags + ((<usize>code) << 3));
    let at = (<usize>((tag * GOLDEN) >> shift)) << 4;
    while (load<i32>(slots + at, 8) !== EMPTY) at = (at + 16) & mask;
    store<u64>(slots + at, tag);
    store<i32>(slots + at, code, 8);
  }
}
