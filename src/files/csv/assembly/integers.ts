import { ZERO, MINUS } from './bytes/characters';
import { digits } from './bytes/digits';

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
