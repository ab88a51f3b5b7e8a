/*
 * Keys to codes 0, 1, 2 … in order of first appearance, by a hash table with open addressing. This is
 * AssemblyScript: an address is a `usize`, and nobody checks what `load` and `store` reach.
 *
 * The caller lays the table out at address `t`, as key-table.ts shows. A slot has 16 bytes: the tag of a key,
 * and its code or EMPTY. Functions over rows stop at the first row whose key has no room, and return how many
 * rows are done. The caller then makes room and goes on from there.
 */

/** 2^64 divided by the golden ratio: it spreads keys that differ by powers of two. */
const GOLDEN: u64 = ((<u64>0x9e3779b9) << 32) | 0x7f4a7c15;
/** The top byte of a long text's tag. The tag of a shorter one has its length there, and its bytes below. */
const LONG: u64 = (<u64>0xff) << 56;
/** The longest text that is its own tag. */
const SHORT: usize = 7;
const NO_KEY: i32 = -1;
const EMPTY: i32 = -1;
const FULL: i32 = -2;

/** Returns the code of a tag, a new one for a new tag, or FULL; searches from the slot `first` on. */
function search(t: usize, first: usize, tag: u64, row: i32): i32 {
  const slots = <usize>load<u32>(t);
  const mask = <usize>load<u32>(t, 4);
  let slot = first;
  while (true) {
    const code = load<i32>(slot, 8);
    if (code === EMPTY) return insert(t, slot, tag, row);
    if (load<u64>(slot) === tag) return code;
    slot = slots + ((slot - slots + 16) & mask);
  }
}

/** Gives a tag the next code, of which no row is counted yet; returns FULL without room. */
function insert(t: usize, slot: usize, tag: u64, row: i32): i32 {
  const code = load<i32>(t, 16);
  if (code === load<i32>(t, 20)) return FULL;
  store<i32>(t, code + 1, 16);
  store<u64>(slot, tag);
  store<i32>(slot, code, 8);
  const at = (<usize>code) << 2;
  store<u64>(<usize>load<u32>(t, 24) + (at << 1), tag);
  store<i32>(<usize>load<u32>(t, 28) + at, 0);
  store<i32>(<usize>load<u32>(t, 32) + at, row);
  return code;
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

function isSet(bits: usize, at: usize): bool {
  return ((load<u8>(bits + (at >> 3)) >> <u8>(at & 7)) & 1) !== 0;
}

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

/**
 * Numbers texts of any length. The offsets at `ends` are `step` bytes apart, one more than texts. Byte k lies
 * at `source` + k, a sum that wraps around.
 */
export function numberTexts(
  t: usize,
  ends: usize,
  step: usize,
  source: usize,
  bits: usize,
  bit: usize,
  codes: usize,
  row: i32,
  n: i32,
): i32 {
  const slots = <usize>load<u32>(t);
  const shift = load<u64>(t, 8);
  const sizes = <usize>load<u32>(t, 28);
  let from = source + <usize>load<u32>(ends);
  for (let i = 0; i < n; i++) {
    ends += step;
    const to = source + <usize>load<u32>(ends);
    let code = NO_KEY;
    if (bits === 0 || isSet(bits, bit + i)) {
      const length = to - from;
      if (length <= SHORT) {
        const kept: u64 = ((<u64>1) << ((<u64>length) << 3)) - 1;
        const tag = (load<u64>(from) & kept) | ((<u64>length) << 56);
        // A new text needs its bytes kept too, so the quick search must not give it a code.
        const slot = slots + ((<usize>((tag * GOLDEN) >> shift)) << 4);
        code = load<i32>(slot, 8);
        if (code < 0 || load<u64>(slot) !== tag) code = searchText(t, slot, tag, from, length, row + i);
      } else {
        const tag = hash(from, length) | LONG;
        code = searchText(t, slots + ((<usize>((tag * GOLDEN) >> shift)) << 4), tag, from, length, row + i);
      }
      if (code === FULL) return i;
      const size = sizes + ((<usize>code) << 2);
      store<i32>(size, load<i32>(size) + 1);
    }
    store<i32>(codes, code);
    codes += 4;
    from = to;
  }
  return n;
}

function searchText(t: usize, first: usize, tag: u64, from: usize, length: usize, row: i32): i32 {
  const slots = <usize>load<u32>(t);
  const mask = <usize>load<u32>(t, 4);
  let slot = first;
  while (true) {
    const code = load<i32>(slot, 8);
    if (code === EMPTY) break;
    if (load<u64>(slot) === tag && (length <= SHORT || isText(t, code, from, length))) return code;
    slot = slots + ((slot - slots + 16) & mask);
  }
  // The bytes of all texts, one after the other, and where each begins.
  const texts = <usize>load<u32>(t, 36);
  const starts = <usize>load<u32>(t, 40) + ((<usize>load<i32>(t, 16)) << 2);
  const start = <usize>load<u32>(starts);
  if (start + length > <usize>load<u32>(t, 44)) return FULL;
  const code = insert(t, slot, tag, row);
  if (code === FULL) return FULL;
  memory.copy(texts + start, from, length);
  store<u32>(starts, <u32>(start + length), 4);
  return code;
}

function isText(t: usize, code: i32, from: usize, length: usize): bool {
  const starts = <usize>load<u32>(t, 40) + ((<usize>code) << 2);
  const start = <usize>load<u32>(starts);
  if (<usize>load<u32>(starts, 4) - start !== length) return false;
  const text = <usize>load<u32>(t, 36) + start;
  const last = length - 8;
  for (let k: usize = 0; k < last; k += 8) {
    if (load<u64>(text + k) !== load<u64>(from + k)) return false;
  }
  return load<u64>(text + last) === load<u64>(from + last);
}

/** Hashes a text of eight or more bytes, eight at a time; the last eight overlap those before. */
function hash(from: usize, length: usize): u64 {
  let h: u64 = length;
  const last = length - 8;
  for (let k: usize = 0; k < last; k += 8) {
    h = (h ^ load<u64>(from + k)) * GOLDEN;
    h ^= h >> 29;
  }
  h = (h ^ load<u64>(from + last)) * GOLDEN;
  return h ^ (h >> 32);
}

/**
 * Translates indices of `width` bytes by `codeOfIndex`, and counts the rows of each code. The first row of a
 * code is -1 before.
 */
export function translate(
  source: usize,
  width: i32,
  codeOfIndex: usize,
  bits: usize,
  bit: usize,
  codes: usize,
  sizes: usize,
  firsts: usize,
  row: i32,
  n: i32,
): void {
  for (let i = 0; i < n; i++) {
    let code = NO_KEY;
    if (bits === 0 || isSet(bits, bit + i)) {
      const index: u32 =
        width === 1 ? <u32>load<u8>(source) : width === 2 ? <u32>load<u16>(source) : load<u32>(source);
      code = load<i32>(codeOfIndex + ((<usize>index) << 2));
      if (code >= 0) {
        const at = (<usize>code) << 2;
        store<i32>(sizes + at, load<i32>(sizes + at) + 1);
        if (load<i32>(firsts + at) < 0) store<i32>(firsts + at, row + i);
      }
    }
    store<i32>(codes, code);
    source += <usize>width;
    codes += 4;
  }
}

/**
 * Numbers the periods of integers of `width` bytes, 4 or 8. They lie in cells of `size` from `origin` on, and
 * `periodOf` is cell -> period, 0 if every cell is one. `codeOfCell` and `codeOfPeriod`, the same table if
 * every cell is a period, are EMPTY before the first row of each. `found` has the number of codes, and
 * `periods` to `firsts` what belongs to each code. Integers that are not null lie in cells; `coarse`,
 * `factor` and `fine` divide their distance from `origin`, and the quotient may be one too small.
 */
export function numberCells(
  source: usize,
  width: usize,
  origin: i64,
  size: i64,
  coarse: u64,
  factor: u64,
  fine: u64,
  periodOf: usize,
  codeOfCell: usize,
  codeOfPeriod: usize,
  found: usize,
  periods: usize,
  sizes: usize,
  firsts: usize,
  bits: usize,
  bit: usize,
  codes: usize,
  row: i32,
  n: i32,
): void {
  let code = NO_KEY;
  // Rows that follow each other often lie in one cell: these are counted together.
  let start: i64 = 0;
  let counted: usize = 0;
  let more = 0;
  for (let i = 0; i < n; i++) {
    if (bits !== 0 && !isSet(bits, bit + i)) {
      store<i32>(codes, NO_KEY);
    } else {
      const distance = (width === 8 ? load<i64>(source) : <i64>load<i32>(source)) - origin;
      if (counted === 0 || <u64>(distance - start) >= <u64>size) {
        if (counted !== 0) store<i32>(counted, load<i32>(counted) + more);
        more = 0;
        let cell = ((<u64>distance >> coarse) * factor) >> fine;
        start = <i64>cell * size;
        if (distance - start >= size) {
          cell++;
          start += size;
        }
        const at = (<usize>cell) << 2;
        code = load<i32>(codeOfCell + at);
        if (code === EMPTY) {
          const period = periodOf === 0 ? <i32>cell : load<i32>(periodOf + at);
          code = load<i32>(codeOfPeriod + ((<usize>period) << 2));
          if (code === EMPTY) {
            code = load<i32>(found);
            store<i32>(found, code + 1);
            store<i32>(codeOfPeriod + ((<usize>period) << 2), code);
            const slot = (<usize>code) << 2;
            store<i32>(periods + slot, period);
            store<i32>(sizes + slot, 0);
            store<i32>(firsts + slot, row + i);
          }
          store<i32>(codeOfCell + at, code);
        }
        counted = sizes + ((<usize>code) << 2);
      }
      more++;
      store<i32>(codes, code);
    }
    source += width;
    codes += 4;
  }
  if (counted !== 0) store<i32>(counted, load<i32>(counted) + more);
}
