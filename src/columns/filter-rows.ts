import { preview } from '../util/index.js';
import { invalid } from './column.js';
import { rowsIn } from './frame.js';
import { takeFrame } from './take.js';
import type { AnyFrame } from './types.js';

/**
 * Returns the rows of a frame for which a condition is true, as `df[mask]` of pandas. If all rows stay, it
 * returns the frame; rows that follow each other are views of its memory.
 *
 * @param frame a group of the columns form, or an Arrow table
 * @param keep a function of the number of a row, which returns true or false; or a column of booleans, in
 *   which null counts as false
 * @throws ApplyError `ERR_INVALID_OPTION` for a condition of another length, or that is neither true nor
 *   false
 * @example
 * import { filterRows } from 'apply-parallel/columns';
 *
 * const sales = { price: Float64Array.of(3, 4, 8) };
 * console.log(filterRows(sales, (row) => sales.price[row] > 3).price);
 * // -> Float64Array(2) [ 4, 8 ]
 */
export function filterRows<F extends AnyFrame>(
  frame: F,
  keep: ((row: number) => boolean) | Iterable<boolean | null>,
): F {
  const count = rowsIn('filterRows', frame);
  const test = typeof keep === 'function' ? keep : readMask(keep, count);
  const rows = new Int32Array(count);
  let kept = 0;
  for (let row = 0; row < count; row++) {
    const isKept: unknown = test(row);
    if (isKept === true) rows[kept++] = row;
    else if (isKept !== false) {
      throw invalid(
        `filterRows: the condition of row ${row} is ${preview(isKept)}; it must be true or false`,
      );
    }
  }
  return takeFrame('filterRows', frame, rows.subarray(0, kept)) as F;
}

function readMask(mask: unknown, count: number): (row: number) => unknown {
  if (typeof mask !== 'object' || mask === null || !(Symbol.iterator in mask)) {
    throw invalid(`filterRows takes a function or a column of booleans, got ${preview(mask)}`);
  }
  const values = Array.from(mask as Iterable<unknown>);
  if (values.length !== count) {
    throw invalid(`filterRows: the condition has ${values.length} values, and the frame ${count} rows`);
  }
  return (row) => values[row] ?? false;
}
