/*
 * The inner loops of writing Parquet: Snappy, runs and packed values, and the distinct values of a column.
 * This is AssemblyScript: addresses are `usize`, and loads and stores are not checked. There are 64 bytes of
 * room before and behind every area.
 */

/** Bits of a position in the table of {@link compressBlock}. */
const TABLE_BITS: u32 = 14;

/**
 * Compresses up to 65,536 bytes by Snappy: literals, and copies of bytes that came before. Returns the number
 * of bytes in `out`. `table` has two bytes for each of 2^14 hashes.
 */
export function compressBlock(from: usize, length: usize, out: usize, table: usize): usize {
  memory.fill(table, 0, 2 << TABLE_BITS);
  let at = out;
  let literal = from;
  const to = from + length;
  // The last bytes are a literal, so that words can be read without a look at the end.
  const end = length > 15 ? to - 15 : from;
  let position = from + 1;
  let misses: usize = 32;
  while (position < end) {
    const word = load<u32>(position);
    const slot = table + (<usize>((word * 0x1e35a7bd) >> (32 - TABLE_BITS)) << 1);
    const candidate = from + <usize>load<u16>(slot);
    store<u16>(slot, <u16>(position - from));
    if (load<u32>(candidate) != word || candidate >= position) {
      // Steps grow where nothing matches, so that incompressible input costs little.
      position += misses >> 5;
      misses++;
      continue;
    }
    misses = 32;
    at = putLiteral(literal, position, at);
    const size = matchLength(candidate, position, to);
    at = putCopy(position - candidate, size, at);
    position += size;
    literal = position;
  }
  return putLiteral(literal, to, at) - out;
}

/** Returns how many bytes at two places are equal, at least four of which are known to be. */
// @ts-ignore: decorators of functions exist in AssemblyScript
@inline
function matchLength(candidate: usize, position: usize, to: usize): usize {
  let size: usize = 4;
  while (position + size + 8 <= to) {
    const other = load<u64>(candidate + size) ^ load<u64>(position + size);
    if (other != 0) return size + <usize>(ctz(other) >> 3);
    size += 8;
  }
  while (position + size < to && load<u8>(candidate + size) == load<u8>(position + size)) size++;
  return size;
}

function putLiteral(from: usize, to: usize, start: usize): usize {
  const length = to - from;
  if (length == 0) return start;
  let at = start;
  const code = length - 1;
  if (code < 60) {
    store<u8>(at, <u8>(code << 2));
    at += 1;
  } else if (code < 256) {
    store<u8>(at, 60 << 2);
    store<u8>(at, <u8>code, 1);
    at += 2;
  } else {
    store<u8>(at, 61 << 2);
    store<u16>(at, <u16>code, 1);
    at += 3;
  }
  // Whole vectors: what is too much is written over.
  if (length <= 16) v128.store(at, v128.load(from));
  else memory.copy(at, from, length);
  return at + length;
}

// @ts-ignore: decorators of functions exist in AssemblyScript
@inline
function putCopy(distance: usize, size: usize, start: usize): usize {
  let at = start;
  let rest = size;
  while (rest > 0) {
    const part = min(rest, 64);
    store<u8>(at, <u8>(((part - 1) << 2) | 2));
    store<u16>(at, <u16>distance, 1);
    at += 3;
    rest -= part;
  }
  return at;
}

/** Runs shorter than this are packed. */
const LEAST_RUN: usize = 16;
const GROUP: usize = 8;

/** Encodes `count` codes of `width` bits as runs and packed groups. Returns the number of bytes in `out`. */
export function encodeRuns(codes: usize, count: usize, width: usize, out: usize): usize {
  let at = out;
  let packedFrom: usize = 0;
  // Packed values come in groups, so a run begins where a group would; values before stay in the group.
  for (let position: usize = 0; position < count; ) {
    const value = load<i32>(codes + (position << 2));
    let end = position + 1;
    while (end < count && load<i32>(codes + (end << 2)) == value) end++;
    if (end - position < LEAST_RUN) {
      position += GROUP;
      continue;
    }
    if (position > packedFrom) at = putPacked(codes, packedFrom, position, width, at);
    at = putVarint((end - position) << 1, at);
    for (let shift: usize = 0; shift < width; shift += 8) {
      store<u8>(at, <u8>(value >> <i32>shift));
      at++;
    }
    position = end;
    packedFrom = end;
  }
  if (packedFrom < count) at = putPacked(codes, packedFrom, count, width, at);
  return at - out;
}

function putVarint(value: usize, start: usize): usize {
  let at = start;
  let rest = value;
  while (rest >= 128) {
    store<u8>(at, <u8>(rest | 128));
    at++;
    rest >>= 7;
  }
  store<u8>(at, <u8>rest);
  return at + 1;
}

function putPacked(codes: usize, from: usize, to: usize, width: usize, start: usize): usize {
  const groups = (to - from + GROUP - 1) / GROUP;
  let at = putVarint((groups << 1) | 1, start);
  const end = at + groups * width;
  let bits: u64 = 0;
  let used: u64 = 0;
  for (let k = from; k < to; k++) {
    bits |= <u64>load<u32>(codes + (k << 2)) << used;
    used += <u64>width;
    if (used < 32) continue;
    store<u32>(at, <u32>bits);
    at += 4;
    bits >>= 32;
    used -= 32;
  }
  // The last group is filled with zeros.
  for (; at < end; at++) {
    store<u8>(at, <u8>bits);
    bits >>= 8;
  }
  return end;
}

/**
 * Gives values of one or two words of 32 bits numbers in order of first appearance. Returns how many there
 * are then, or -1 if there are more than `most`.
 *
 * @param slots 2^(32 - shift) numbers, of which each is one more than that of a value, and 0 if it is free
 * @param found how many values have numbers already
 */
export function numberWords(
  words: usize,
  width: usize,
  count: usize,
  codes: usize,
  slots: usize,
  shift: u32,
  values: usize,
  found: i32,
  most: i32,
): i32 {
  return width == 1
    ? number<u32>(words, count, codes, slots, shift, values, found, most)
    : number<u64>(words, count, codes, slots, shift, values, found, most);
}

// @ts-ignore: decorators of functions exist in AssemblyScript
@inline
function number<T>(
  words: usize,
  count: usize,
  codes: usize,
  slots: usize,
  shift: u32,
  values: usize,
  found: i32,
  most: i32,
): i32 {
  const mask = ((<u32>1) << (32 - shift)) - 1;
  for (let row: usize = 0; row < count; row++) {
    const word = load<T>(words);
    words += sizeof<T>();
    let slot = (<u32>((<u64>word * 0x9e3779b97f4a7c15) >> 32)) >> shift;
    let code = load<i32>(slots + (<usize>slot << 2)) - 1;
    while (code >= 0 && load<T>(values + <usize>code * sizeof<T>()) != word) {
      slot = (slot + 1) & mask;
      code = load<i32>(slots + (<usize>slot << 2)) - 1;
    }
    if (code < 0) {
      if (found == most) return -1;
      code = found++;
      store<i32>(slots + (<usize>slot << 2), found);
      store<T>(values + <usize>code * sizeof<T>(), word);
    }
    store<i32>(codes + (row << 2), code);
  }
  return found;
}
