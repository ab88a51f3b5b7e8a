import { columnData, like, missingRows } from './column.js';
import { takeColumn } from './take.js';
import type { AnyColumn, SameColumn } from './types.js';

/**
 * Returns the values of a column that are not missing: neither null nor, among floats, NaN. As
 * `series.dropna` of pandas. A column without missing values is returned as it is.
 *
 * It makes sums and means of Arrow vectors right: `toArray()` of a vector of integers has 0 in the place of a
 * null.
 *
 * @param column a column of a group, an Arrow vector or an array
 * @throws ApplyError `ERR_INVALID_OPTION` for a value that is no column
 * @example
 * import { vectorFromArray } from 'apache-arrow';
 * import { dropNull } from 'apply-parallel/columns';
 *
 * const prices = dropNull(vectorFromArray([3, null, 8])).toArray();
 * console.log(prices.reduce((sum, price) => sum + price) / prices.length);
 * // -> 5.5
 */
export function dropNull<C extends AnyColumn>(column: C): SameColumn<C> {
  const data = columnData('dropNull', column);
  const missing = missingRows(data);
  if (missing === undefined) return (Array.isArray(column) ? like(column, data) : column) as never;
  const rows = Int32Array.from(missing.keys()).filter((row) => missing[row] === 0);
  return takeColumn(column, rows) as never;
}
