import { type Data, Type, Vector } from 'apache-arrow';
import { type Allocate, concatData, dataOf, getBit, isArrowVector, numericView } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { type Column, type ColumnShape, chunksOfColumn, columnOf, isColumnLike } from '../frame/index.js';
import { preview } from '../util/index.js';
import { isNumbers } from './numbers.js';

/** Allocates memory of this thread alone: what leaves a worker is packed into shared memory in the end. */
export const allocate: Allocate = (byteLength) => new Uint8Array(byteLength);

/** Throws `ERR_INVALID_OPTION` unless a value is a column. */
function checkColumn(verb: string, column: unknown): asserts column is ColumnShape {
  if (isColumnLike(column)) return;
  throw invalid(`${verb}: a column is a typed array, an array or a vector, got ${preview(column)}`);
}

/** Returns the Arrow data of a column in one piece. Numbers of typed arrays and vectors are not copied. */
export function columnData(verb: string, column: unknown): Data {
  if (isNumbers(column)) {
    const { type, array } = numericView(column) as NonNullable<ReturnType<typeof numericView>>;
    return dataOf(type, column.length, 0, { values: array });
  }
  checkColumn(verb, column);
  const chunks = chunksOfColumn(column, verb);
  return chunks.length === 1 ? chunks[0] : concatData(chunks[0].type, chunks, allocate);
}

/**
 * Returns data as a column of the form that `given` has: a vector of Arrow, or a column of the columns form.
 */
export function like(given: unknown, data: Data): Column | Vector {
  return isArrowVector(given) ? new Vector([data]) : columnOf(data);
}

/** Tells which rows are missing: null, or NaN among floats. Undefined if no row is. */
export function missingRows(data: Data): Uint8Array | undefined {
  const { length, nullCount, nullBitmap, offset } = data;
  if (data.type.typeId === Type.Null) return length > 0 ? new Uint8Array(length).fill(1) : undefined;
  const values: unknown = data.values;
  const isFloat = values instanceof Float64Array || values instanceof Float32Array;
  if (nullCount === 0 && !isFloat) return undefined;
  const rows = new Uint8Array(length);
  let count = 0;
  for (let row = 0; row < length; row++) {
    const isNull = nullCount > 0 && !getBit(nullBitmap as Uint8Array, offset + row);
    if (isNull || (isFloat && Number.isNaN(values[row]))) {
      rows[row] = 1;
      count++;
    }
  }
  return count > 0 ? rows : undefined;
}

export const invalid = (message: string, options?: ErrorOptions) =>
  new ApplyError('ERR_INVALID_OPTION', message, options);
