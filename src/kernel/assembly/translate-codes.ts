import { isSet, NO_KEY } from './table/rows';

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
