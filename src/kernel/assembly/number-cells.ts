import { isSet, NO_KEY } from './table/rows';
import { EMPTY } from './table/slots';

/**
 * Numbers the periods of integers of `width` bytes, 4 or 8. They lie in cells of `size` from `origin` on, and
 * `periodOf` is cell -> period, 0 if every cell is one. `codeOfCell` and `codeOfPeriod`, the same table if
 * every cell is a period, are EMPTY before the first row of each. `found` has the number of codes, and
 * `periods` to `firsts` what belongs to each code. `coarse`, `factor` and `fine` divide distances from
 * `origin` below `limit`, and the quotient may be one too small. Returns how many rows come before the first
 * integer that lies in no cell.
 */
export function numberCells(
  source: usize,
  width: usize,
  origin: i64,
  size: u64,
  limit: u64,
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
): i32 {
  let code = NO_KEY;
  // Rows that follow each other often lie in one cell: these are counted together.
  let first: i64 = 0;
  let counted: usize = 0;
  let more = 0;
  let i = 0;
  while (i < n) {
    if (bits !== 0 && !isSet(bits, bit + i)) {
      store<i32>(codes, NO_KEY);
    } else {
      const value = width === 8 ? load<i64>(source) : <i64>load<i32>(source);
      if (counted === 0 || <u64>(value - first) >= size) {
        if (counted !== 0) store<i32>(counted, load<i32>(counted) + more);
        more = 0;
        const distance = <u64>(value - origin);
        if (distance >= limit) return i;
        let cell = ((distance >> coarse) * factor) >> fine;
        let start = cell * size;
        if (distance - start >= size) {
          cell++;
          start += size;
        }
        first = origin + <i64>start;
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
      } else if (width === 8 && bits === 0) {
        const two = <u64>(<u32>code) * TWICE;
        while (i + 4 <= n && areWithin(source, first, size)) {
          store<u64>(codes, two);
          store<u64>(codes, two, 8);
          source += 32;
          codes += 16;
          more += 4;
          i += 4;
        }
        if (i === n) break;
        if (<u64>(load<i64>(source) - first) >= size) continue;
      }
      more++;
      store<i32>(codes, code);
    }
    source += width;
    codes += 4;
    i++;
  }
  if (counted !== 0) store<i32>(counted, load<i32>(counted) + more);
  return n;
}

/** Two codes beside each other, by multiplication. */
const TWICE: u64 = ((<u64>1) << 32) | 1;

/** Tells whether four integers of 64 bits lie in a cell. */
function areWithin(source: usize, first: i64, size: u64): bool {
  return (
    (i32(<u64>(load<i64>(source) - first) < size) &
      i32(<u64>(load<i64>(source, 8) - first) < size) &
      i32(<u64>(load<i64>(source, 16) - first) < size) &
      i32(<u64>(load<i64>(source, 24) - first) < size)) !==
    0
  );
}
