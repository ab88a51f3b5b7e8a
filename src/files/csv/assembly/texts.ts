import { QUOTED, ESCAPED } from './bytes/characters';

/** Copies texts one behind the other. `offsets` gets the end of each; the first begins at `used`. */
export function copyTexts(
  text: usize,
  starts: usize,
  ends: usize,
  step: usize,
  count: i32,
  offsets: usize,
  nulls: usize,
  result: usize,
  kinds: usize,
  kindStep: usize,
  used: i32,
  target: usize,
): i32 {
  let to = target;
  let numNulls = 0;
  let k = 0;
  for (; k < count; k++, starts += step, ends += step, kinds += kindStep, offsets += 4) {
    const from = load<i32>(starts);
    const length = load<i32>(ends) - from;
    const kind = <i32>load<u8>(kinds);
    if (kind == ESCAPED) break;
    if (length == 0 && kind != QUOTED) {
      store<i32>(nulls + (<usize>numNulls << 2), k);
      numNulls++;
    }
    let source = text + from;
    const end = to + length;
    // Copies whole vectors; the next text overwrites what is too much.
    while (to < end) {
      v128.store(to, v128.load(source));
      source += 16;
      to += 16;
    }
    to = end;
    store<i32>(offsets, used + <i32>(to - target));
  }
  store<i32>(result, numNulls);
  return k;
}
