import {
  type Data,
  type DataType,
  Field,
  type RecordBatch,
  type Table,
  Type,
  type Vector,
} from 'apache-arrow';
import type { Batch } from '../arrow/index.js';
import { convertForeignChunks, isPlainObject, JS_KIND, sameType } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { preview } from '../util/index.js';
import { type FrameAdapter, isBatchAdapter } from './adapter.js';
import { adapterOf, adapterOfObject } from './find-adapter.js';
import { fitData } from './fit/index.js';
import type { GroupView } from './group-reader.js';
import { fieldOf, inferColumn } from './infer/index.js';

/** A column of a result. Where it is a column of the group handed back as it was, `input` says which one. */
export interface ResultColumn {
  readonly field: Field;
  readonly chunks: readonly Data[];
  readonly input?: number;
  /** The chunks were made here, so nobody can change them any more. */
  readonly isOwn?: boolean;
  /** The type was inferred from JavaScript values, which fit into others too. */
  readonly isInferred?: boolean;
}

/** What a function made of its group. */
export interface FrameResult {
  readonly numRows: number;
  readonly columns: readonly ResultColumn[];
}

/**
 * Reads what a function returned for a group; null and undefined are nothing at all. With `keepsTypes` false the types are to be
 * declared ones, and columns of cells are read for what fits into these. Throws `ERR_BAD_RESULT` with what is wrong for
 * anything that is no frame.
 */
export function readResult(value: unknown, given?: GroupView, keepsTypes = true): FrameResult | null {
  if (value === null || value === undefined) return null;
  let adapter: FrameAdapter | undefined;
  if (isPlainObject(value)) {
    adapter = adapterOfObject(value);
    if (adapter === undefined) return readObject(value, given);
  } else adapter = adapterOf(value);
  if (adapter === undefined) {
    throw badResult(
      `the function returned ${preview(value)}, which is no frame; return a table, a DataFrame, an object of columns, rows, or null`,
    );
  }
  if (isBatchAdapter(adapter))
    return readBatch(adapter.toBatch(value, 'ERR_BAD_RESULT', keepsTypes ? given?.known : undefined), given);
  return readTable(adapter.toArrow(value), adapter.kind, given);
}

const badResult = (message: string) => new ApplyError('ERR_BAD_RESULT', message);

function readTable(table: Table, kind: string, given?: GroupView): FrameResult {
  const batches = table.batches as RecordBatch[];
  const isInferred = kind === 'records';
  const columns = table.schema.fields.map((field, k): ResultColumn => {
    const chunks = batches.map((batch) => batch.data.children[k]);
    if (isInferred) return withSourceType({ field, chunks, isOwn: true, isInferred }, given);
    return { field, chunks, input: given?.findData(field.name, chunks), isOwn: kind !== 'arrow' };
  });
  return { numRows: table.numRows, columns };
}

/** Of values alone, but for the columns that are still the group's own. */
function readBatch({ schema, columns, numRows }: Batch, given?: GroupView): FrameResult {
  return {
    numRows,
    columns: schema.fields.map((field, k): ResultColumn => {
      const chunks = [columns[k]];
      const input = given?.positionOf(columns[k]);
      if (input !== undefined) return { field, chunks, input };
      return withSourceType({ field, chunks, isOwn: true, isInferred: true }, given, true);
    }),
  };
}

/**
 * A function that sees values, not columns, hands them back without their types: a column that has the name of one of the input, and values
 * that this one's type holds, gets it again. danfojs shows 64-bit integers as numbers, unless they were made of bigints.
 */
function withSourceType(column: ResultColumn, given?: GroupView, hasOnlyNumbers = false): ResultColumn {
  const source = given?.findSource(column.field.name);
  if (source === undefined || column.chunks.length !== 1) return column;
  const [inferred] = column.chunks;
  const { type } = source.field;
  const data = seemsOf(inferred.type, source.field, hasOnlyNumbers)
    ? fitData(inferred, type, source.data)
    : undefined;
  if (data === undefined) return column;
  const metadata = new Map([...source.field.metadata, ...column.field.metadata]);
  const nullable = source.field.nullable || data.nullCount > 0;
  return { ...column, field: source.field.clone({ type: data.type, metadata, nullable }), chunks: [data] };
}

/** Is that the kind of values which the function saw in this column? Where 64-bit integers were bigints, numbers are something new. */
function seemsOf(inferred: DataType, { type, metadata }: Field, hasOnlyNumbers: boolean): boolean {
  const isNumber = inferred.typeId === Type.Float || (inferred.typeId === Type.Int && !isLong(inferred));
  if (!isNumber) return true;
  const kind = metadata.get(JS_KIND);
  if (type.typeId === Type.Timestamp || type.typeId === Type.Date) return kind !== 'Date';
  return !isLong(type) || (hasOnlyNumbers && kind !== 'bigint');
}

const isLong = ({ ArrayType }: DataType): boolean =>
  ArrayType === BigInt64Array || ArrayType === BigUint64Array;

/** An object of columns, or one row. */
function readObject(object: { readonly [name: string]: unknown }, given?: GroupView): FrameResult {
  const entries = Object.entries(object);
  const firstColumn = entries.findIndex(([, value]) => isColumnLike(value));
  if (firstColumn < 0) return readRow(entries, given);
  let numRows = -1;
  const columns = entries.map(([name, value]): ResultColumn => {
    if (!isColumnLike(value)) {
      throw badResult(
        `column '${name}' is ${preview(value)}, but '${entries[firstColumn][0]}' is a column of ${lengthOf(entries[firstColumn][1])} values: ` +
          'give every column as an array, typed array or vector, or put a single row into an array: [row]',
      );
    }
    const length = lengthOf(value);
    if (numRows === -1) numRows = length;
    if (length !== numRows) {
      throw badResult(
        `columns of different lengths: '${entries[0][0]}' has ${numRows} values and '${name}' has ${length}`,
      );
    }
    return readColumn(name, value, given);
  });
  return { numRows, columns };
}

function readRow(entries: [name: string, value: unknown][], given?: GroupView): FrameResult {
  if (entries.length === 0) return { numRows: 0, columns: [] };
  const columns = entries.map(([name, value]) => withSourceType(columnOfValues(name, [value]), given));
  return { numRows: 1, columns };
}

function readColumn(name: string, column: ColumnLike, given?: GroupView): ResultColumn {
  const input = given?.findColumn(name, column);
  if (input !== undefined) {
    const field = given?.batch.schema.fields[input] as Field;
    return { field: field.name === name ? field : field.clone({ name }), chunks: [], input };
  }
  const chunks = dataChunks(column);
  if (chunks) return { field: new Field(name, chunks[0].type, true), chunks };
  return columnOfValues(
    name,
    Array.isArray(column) || ArrayBuffer.isView(column) ? column : valuesOf(column),
  );
}

function columnOfValues(name: string, values: ArrayLike<unknown>): ResultColumn {
  const inferred = inferColumn(values, name);
  const isInferred = !ArrayBuffer.isView(values);
  return { field: fieldOf(name, inferred), chunks: [inferred.data], isOwn: isInferred, isInferred };
}

type ColumnLike = ArrayLike<unknown> & { toArray?(): ArrayLike<unknown>; data?: unknown };

/** Arrays, typed arrays and vectors: things with a length and values behind numbers. Strings are values. */
export function isColumnLike(value: unknown): value is ColumnLike {
  if (Array.isArray(value)) return true;
  if (typeof value !== 'object' || value === null || value instanceof DataView) return false;
  if (ArrayBuffer.isView(value)) return true;
  const shape = value as Partial<Vector>;
  return typeof shape.length === 'number' && typeof shape.get === 'function';
}

const lengthOf = (column: unknown): number => (column as ColumnLike).length;

/** The Arrow data of a vector. */
function dataChunks({ data }: ColumnLike): readonly Data[] | undefined {
  const chunks = (Array.isArray(data) ? data : [data]) as Data[];
  return chunks.length > 0 && chunks.every((chunk) => isData(chunk)) && allOfOneType(chunks)
    ? convertForeignChunks(chunks)
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
