import { isSet, NO_KEY } from './table/rows';
import { EMPTY, FULL, GOLDEN, insert } from './table/slots';

/** The top byte of a long text's tag. The tag of a shorter one has its length there, and its bytes below. */
const LONG: u64 = (<u64>0xff) << 56;
/** The longest text that is its own tag. */
const SHORT: usize = 7;

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
