import { type Data, type DataType, Field, type Schema, type Vector } from 'apache-arrow';
import { ownChunks, sameType } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { preview } from '../util/index.js';
import type { FrameResult, ResultColumn } from './frame-result.js';
import type { GroupView } from './group-view.js';
import { fieldOf, inferColumn } from './infer/index.js';
import { likeSource, withSourceType } from './source-type.js';
import { inTableOrder } from './table-order.js';

/**
 * Reads an object of columns, or of the values of one row; `given` is the group whose function returned it.
 */
export function readObject(
  object: { readonly [name: string]: unknown },
  given?: GroupView,
  declared?: Schema,
): FrameResult {
  const entries = Object.entries(object);
  const firstColumn = entries.findIndex(([, value]) => isColumnLike(value));
  if (firstColumn < 0) return readRow(entries, given, declared);
  let numRows = -1;
  const columns: ResultColumn[] = [];
  // A loop: V8 drops the compiled code of closures between calls.
  for (const [name, value] of entries) {
    if (!isColumnLike(value)) {
      throw badColumns(
        `column '${name}' is ${preview(value)}, but '${entries[firstColumn][0]}' is a column of ` +
          `${lengthOf(entries[firstColumn][1])} values: ` +
          'give every column as an array, typed array or vector, or put a single row into an array: [row]',
      );
    }
    const length = lengthOf(value);
    if (numRows === -1) numRows = length;
    if (length !== numRows) {
      throw badColumns(
        `columns of different lengths: '${entries[0][0]}' has ${numRows} values and '${name}' has ${length}`,
      );
    }
    columns.push(readColumn(name, value, given, declared));
  }
  return { numRows, columns: given ? inTableOrder(columns, given.positions) : columns };
}

function readRow(
  entries: [name: string, value: unknown][],
  given?: GroupView,
  declared?: Schema,
): FrameResult {
  if (entries.length === 0) return { numRows: 0, columns: [] };
  const columns = entries.map(([name, value]) => columnOfValues(name, [value], given, declared));
  return { numRows: 1, columns: given ? inTableOrder(columns, given.positions) : columns };
}

function readColumn(name: string, column: ColumnLike, given?: GroupView, declared?: Schema): ResultColumn {
  const input = given?.inputOfColumn(name, column);
  if (input !== undefined) {
    const field = given?.batch.schema.fields[input] as Field;
    return { field: field.name === name ? field : field.clone({ name }), chunks: [], input };
  }
  const chunks = dataChunks(column);
  if (chunks) return { field: new Field(name, chunks[0].type, true), chunks };
  return columnOfValues(
    name,
    Array.isArray(column) || ArrayBuffer.isView(column) ? column : valuesOf(column),
    given,
    declared,
  );
}

function columnOfValues(
  name: string,
  values: ArrayLike<unknown>,
  given?: GroupView,
  declared?: Schema,
): ResultColumn {
  const inferred = inferColumn(values, name, { like: likeSource(name, given, declared) });
  const isInferred = !ArrayBuffer.isView(values);
  const column = { field: fieldOf(name, inferred), chunks: [inferred.data], isOwn: isInferred, isInferred };
  return isInferred ? withSourceType(column, given) : column;
}

/** Returns the chunks of a column: those of a vector, or one that is made of the values. */
export function chunksOfColumn(column: ColumnLike, name: string): readonly Data[] {
  return readColumn(name, column).chunks;
}

export type ColumnLike = ArrayLike<unknown> & { toArray?(): ArrayLike<unknown>; data?: unknown };

/**
 * Tells whether a value is a column: an array, a typed array or a vector. A string is a value, not a column.
 */
export function isColumnLike(value: unknown): value is ColumnLike {
  if (Array.isArray(value)) return true;
  if (typeof value !== 'object' || value === null || value instanceof DataView) return false;
  if (ArrayBuffer.isView(value)) return true;
  const shape = value as Partial<Vector>;
  return typeof shape.length === 'number' && typeof shape.get === 'function';
}

const lengthOf = (column: unknown): number => (column as ColumnLike).length;

/**
 * Returns the Arrow data of a vector, in this package's copy of apache-arrow; undefined for any other column.
 */
function dataChunks({ data }: ColumnLike): readonly Data[] | undefined {
  const chunks = (Array.isArray(data) ? data : [data]) as Data[];
  return chunks.length > 0 && chunks.every((chunk) => isData(chunk)) && allOfOneType(chunks)
    ? ownChunks(chunks)
    : undefined;
}

const isData = (value: unknown): value is Data =>
  typeof value === 'object' &&
  value !== null &&
  'type' in value &&
  'nullCount' in value &&
  'children' in value;

const allOfOneType = (chunks: readonly Data[]): boolean => {
  const type: DataType = chunks[0].type;
  return chunks.every((chunk) => sameType(chunk.type, type));
};

function valuesOf(column: ColumnLike): ArrayLike<unknown> {
  return column.toArray?.() ?? Array.from(column);
}

const badColumns = (message: string) => new ApplyError('ERR_BAD_RESULT', message);
