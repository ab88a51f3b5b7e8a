import { type Data, Dictionary, Field, Int32, Vector } from 'apache-arrow';
import { dataOf, isArrowVector, ownChunks, ValidityBuilder } from '../arrow/index.js';
import { columnOfFlechette, type FlechetteColumn } from './flechette-to-arrow.js';
import { fieldOf, type InferOptions, type InferredColumn, inferColumn } from './infer/index.js';

/**
 * The metadata key of columns that were JavaScript arrays in an arquero table; the value is 'array' or
 * 'typed'.
 */
export const ARQUERO_COLUMN = 'arquero.column';

/** A column of an arquero table: an array, a typed array, or a column of an Arrow library that has `at`. */
export interface ArqueroColumn extends ArrayLike<unknown> {
  at?(row: number): unknown;
  get?(row: number): unknown;
  /** Returns the code of a row; dictionary columns only. */
  key?(row: number): number;
  keyFor?(value: unknown): number;
  readonly data?: unknown;
}

/** Converts a column of an arquero table; Arrow columns are not copied. */
export function fieldFromArquero(
  column: ArqueroColumn,
  name: string,
  options: InferOptions,
): { field: Field; chunks: readonly Data[] } {
  // arquero before version 8 wraps an array in an object.
  const inner =
    Array.isArray(column.data) || ArrayBuffer.isView(column.data) ? (column.data as unknown[]) : column;
  if (isFlechetteColumn(column)) {
    const { type, chunks } = columnOfFlechette(column, name);
    return { field: new Field(name, type, true), chunks };
  }
  if (isArrowVector(column)) {
    const chunks = ownChunks((column as unknown as Vector).data);
    return { field: new Field(name, chunks[0].type, true), chunks };
  }
  if (typeof column.key === 'function' && typeof column.keyFor === 'function')
    return fromDictionary(column, name, options);
  if (Array.isArray(inner) || ArrayBuffer.isView(inner)) {
    return markedField(
      name,
      inferColumn(inner, name, options),
      ArrayBuffer.isView(inner) ? 'typed' : 'array',
    );
  }
  const values = Array.from({ length: column.length }, (_, row) =>
    column.at ? column.at(row) : column.get?.(row),
  );
  return markedField(name, inferColumn(values, name, options), 'array');
}

/** Notes in the field's metadata which kind of array the column was. */
function markedField(
  name: string,
  inferred: InferredColumn,
  kind: string,
): { field: Field; chunks: readonly Data[] } {
  const field = fieldOf(name, inferred);
  const metadata = new Map([...field.metadata, [ARQUERO_COLUMN, kind]]);
  return { field: field.clone({ metadata }), chunks: [inferred.data] };
}

const isFlechetteColumn = (column: unknown): column is FlechetteColumn => {
  const { type, data } = column as Partial<FlechetteColumn>;
  return typeof type?.typeId === 'number' && Array.isArray(data) && !isArrowVector(column);
};

/**
 * Converts a dictionary column. arquero gives the code of each row, but a dictionary value only through a row
 * that has it.
 */
function fromDictionary(
  column: ArqueroColumn,
  name: string,
  options: InferOptions,
): { field: Field; chunks: readonly Data[] } {
  const { length } = column;
  const indices = new Int32Array(length);
  const validity = new ValidityBuilder(length);
  const positions = new Map<number, number>();
  const values: unknown[] = [];
  for (let row = 0; row < length; row++) {
    const value = column.at?.(row);
    if (value === null || value === undefined) {
      validity.setNull(row);
      continue;
    }
    const key = column.key?.(row) as number;
    let position = positions.get(key);
    if (position === undefined) {
      position = values.push(value) - 1;
      positions.set(key, position);
    }
    indices[row] = position;
  }
  const { data } = inferColumn(values, name, options);
  const type = new Dictionary(data.type, new Int32());
  const buffers = { values: indices, validity: validity.bitmap };
  const chunk = dataOf(type, length, validity.nulls, buffers, { dictionary: new Vector([data]) });
  return { field: new Field(name, type, true), chunks: [chunk] };
}
