import { isSet, NO_KEY } from './table/rows';
import { EMPTY } from './table/slots';

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
