import { ZERO, MINUS } from './bytes/characters';
import { digits } from './bytes/digits';

/** Reads whole numbers of at most `most` digits. Zeros in front are not usual. */
// @ts-ignore: decorators of functions exist in AssemblyScript
@inline
function readIntegers<T extends number>(
  text: usize,
  starts: usize,
  ends: usize,
  step: usize,
  count: i32,
  out: usize,
  nulls: usize,
  result: usize,
  most: i32,
): i32 {
  let numNulls = 0;
  let k = 0;
  for (; k < count; k++, starts += step, ends += step, out += sizeof<T>()) {
    let from = load<i32>(starts);
    const to = load<i32>(ends);
    if (from == to) {
      store<i32>(nulls + (<usize>numNulls << 2), k);
      numNulls++;
      store<T>(out, <T>0);
      continue;
    }
    const isNegative = <i32>load<u8>(text + from) == MINUS;
    if (isNegative) from++;
    const length = to - from;
    if (length == 0 || length > most || (length > 1 && <i32>load<u8>(text + from) == ZERO)) break;
    let value = digits(text + to, length);
    if (value < 0) break;
    if (isNegative) value = -value;
    if (value != <i64>(<T>value)) break;
    store<T>(out, <T>value);
  }
  store<i32>(result, numNulls);
  return k;
}

/** Reads whole numbers of 32 bits. */
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
  return readIntegers<i32>(text, starts, ends, step, count, out, nulls, result, 10);
}

/** Reads whole numbers of 64 bits that have up to 18 digits. */
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
  return readIntegers<i64>(text, starts, ends, step, count, out, nulls, result, 18);
}
