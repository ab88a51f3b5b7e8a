import type { Vector } from 'apache-arrow';
import { isArrowVector, takeData } from '../arrow/index.js';
import { type Column, isColumnLike, lazyColumn, sliceColumn } from '../frame/index.js';
import { preview } from '../util/index.js';
import { allocate, columnData, invalid, like } from './column.js';
import { mapColumns, rowsIn } from './frame.js';
import { isNumbers, takeNumbers } from './numbers.js';
import type { SameColumn } from './types.js';
import { asPlainColumns } from './window-columns.js';

/**
 * Returns rows of a frame or of a column, in the order of `rows`; a row may be taken several times. As
 * `df.take` of pandas. Successive rows are views of the memory of the frame, and others are copied.
 *
 * @param frame a group of the columns form, an Arrow table, or one column
 * @param rows numbers of rows, from 0
 * @throws ApplyError `ERR_INVALID_OPTION` for a number that is no row
 * @example
 * import { take } from 'apply-parallel/columns';
 *
 * console.log(take({ price: Float64Array.of(5, 7, 9) }, [2, 0]).price);
 * // -> Float64Array(2) [ 9, 5 ]
 */
export function take<F>(frame: F, rows: ArrayLike<number>): F extends ArrayLike<unknown> ? SameColumn<F> : F {
  const column = isColumnLike(frame);
  const count = column ? frame.length : rowsIn('take', frame);
  const wanted = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (!(Number.isInteger(row) && row >= 0 && row < count)) {
      throw invalid(`take: there is no row ${preview(row)}; rows are whole numbers from 0 to ${count - 1}`);
    }
    wanted[i] = row;
  }
  return (column ? takeColumn(frame, wanted) : takeFrame('take', frame, wanted)) as never;
}

/**
 * Returns rows `from` up to `to` of a frame or of a column as views of its memory, as `df.iloc[from:to]` of
 * pandas. Only the values of a plain array are copied.
 *
 * @param frame a group of the columns form, an Arrow table, or one column
 * @param from the first row @default 0
 * @param to the row after the last one @default the number of rows
 * @throws ApplyError `ERR_INVALID_OPTION` for rows that are no whole numbers from 0
 * @example
 * import { slice } from 'apply-parallel/columns';
 *
 * console.log(slice({ price: Float64Array.of(5, 7, 9) }, 1).price);
 * // -> Float64Array(2) [ 7, 9 ]
 */
export function slice<F>(frame: F, from = 0, to?: number): F {
  const column = isColumnLike(frame);
  const count = column ? frame.length : rowsIn('slice', frame);
  const end = Math.min(to ?? count, count);
  for (const row of [from, to ?? 0]) {
    if (!(Number.isInteger(row) && row >= 0)) {
      throw invalid(`slice: rows are whole numbers from 0, got ${preview(row)}`);
    }
  }
  const start = Math.min(from, end);
  if (column) return sliceColumn(frame, start, end);
  if (start === 0 && end === count) return (asPlainColumns(frame) ?? frame) as F;
  return mapColumns('slice', frame, (each) => sliceColumn(each, start, end)) as F;
}

/** Takes rows of all columns of a frame; -1 is a row of missing values. */
export function takeFrame(verb: string, frame: unknown, rows: Int32Array): unknown {
  const count = rowsIn(verb, frame);
  if (isRange(rows)) {
    if (rows.length === count) return asPlainColumns(frame) ?? frame;
    const [first = 0] = rows;
    return mapColumns(verb, frame, (column) => sliceColumn(column, first, first + rows.length));
  }
  return mapColumns(verb, frame, (column) => takeColumn(column, rows));
}

/** Takes rows of a column. Vectors of the columns form are copied when they are first read. */
export function takeColumn(column: unknown, rows: Int32Array): Column | Vector {
  if (isNumbers(column)) return takeNumbers(column, rows);
  if (isArrowVector(column) || Array.isArray(column) || ArrayBuffer.isView(column)) {
    return like(column, takeData(columnData('take', column), rows, allocate));
  }
  return lazyColumn(rows.length, () => takeData(columnData('take', column), rows, allocate));
}

/** Tells whether rows follow each other. */
function isRange(rows: Int32Array): boolean {
  const [first] = rows;
  return first !== -1 && rows.every((row, i) => row === first + i);
}
