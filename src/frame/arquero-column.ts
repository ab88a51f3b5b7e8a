import { type Data, Dictionary, Field, Int32, Vector } from 'apache-arrow';
import { convertForeignChunks, dataOf, isArrowVector, ValidityBuilder } from '../arrow/index.js';
import type { ErrorCode } from '../errors.js';
import { columnOfFlechette, type FlechetteColumn } from './flechette-to-arrow.js';
import { fieldOf, type InferredColumn, inferColumn } from './infer/index.js';

/** The key in a field's metadata that says that a column of an arquero table was a JavaScript array: 'array' or 'typed'. */
export const ARQUERO_COLUMN = 'arquero.column';

/** What a column of an arquero table can be: an array, a typed array, or something of an Arrow library that has `at`. */
export interface ArqueroColumn extends ArrayLike<unknown> {
  at?(row: number): unknown;
  get?(row: number): unknown;
  /** Of dictionaries: the code of a row. */
  key?(row: number): number;
  keyFor?(value: unknown): number;
  readonly data?: unknown;
}

export function fieldFromArquero(
  column: ArqueroColumn,
  name: string,
  code: ErrorCode,
): { field: Field; chunks: readonly Data[] } {
  // Before arquero 8, an array lay in a wrapper.
  const inner =
    Array.isArray(column.data) || ArrayBuffer.isView(column.data) ? (column.data as unknown[]) : column;
  if (isFlechetteColumn(column)) {
    const { type, chunks } = columnOfFlechette(column, name);
    return { field: new Field(name, type, true), chunks };
  }
  if (isArrowVector(column)) {
    const chunks = convertForeignChunks((column as unknown as Vector).data);
    return { field: new Field(name, chunks[0].type, true), chunks };
  }
  if (typeof column.key === 'function' && typeof column.keyFor === 'function')
    return dictionary(column, name, code);
  if (Array.isArray(inner) || ArrayBuffer.isView(inner)) {
    return marked(name, inferColumn(inner, name, { code }), ArrayBuffer.isView(inner) ? 'typed' : 'array');
  }
  const values = Array.from({ length: column.length }, (_, row) =>
    column.at ? column.at(row) : column.get?.(row),
  );
  return marked(name, inferColumn(values, name, { code }), 'array');
}

function marked(
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

/** What arquero makes of an Arrow dictionary: its codes are at hand, its values only where a row has them. */
function dictionary(
  column: ArqueroColumn,
  name: string,
  code: ErrorCode,
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
  const { data } = inferColumn(values, name, { code });
  const type = new Dictionary(data.type, new Int32());
  const buffers = { values: indices, validity: validity.bitmap };
  const chunk = dataOf(type, length, validity.nulls, buffers, { dictionary: new Vector([data]) });
  return { field: new Field(name, type, true), chunks: [chunk] };
}
