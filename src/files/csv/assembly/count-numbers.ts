import { ZERO, MINUS } from './bytes/characters';
import { isDigit } from './bytes/digits';

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
