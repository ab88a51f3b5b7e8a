import { type DataType, type Field, Schema, Type } from 'apache-arrow';
import { sameType } from './same-type.js';

/**
 * The parts of a schema's table that another table still has: all values, the rows with new values, or none.
 */
export type Kept = 'values' | 'rows' | 'none';

/**
 * Returns a schema of these fields for a table that was made of one with the schema `before`. The metadata
 * that describes columns is made true for the new ones, or dropped; all other metadata stays.
 */
export function deriveSchema(before: Schema, fields: Field[], kept: Kept = 'none'): Schema {
  return new Schema(fields, derivedMetadata(before, fields, kept));
}

function derivedMetadata(before: Schema, fields: readonly Field[], kept: Kept): Map<string, string> {
  if (!Object.keys(describers).some((key) => before.metadata.has(key))) return before.metadata;
  const change = new Change(before.fields, fields, kept);
  const metadata = new Map(before.metadata);
  for (const [key, describe] of Object.entries(describers)) {
    const text = metadata.get(key);
    if (text === undefined) continue;
    const told = describe(text, change);
    if (told === undefined) metadata.delete(key);
    else metadata.set(key, told);
  }
  return metadata;
}

/** The differences between two schemas by the names of columns. */
class Change {
  readonly #before: ReadonlyMap<string, Field>;
  readonly #after: ReadonlyMap<string, Field>;
  readonly isNone: boolean;

  constructor(
    before: readonly Field[],
    after: readonly Field[],
    readonly kept: Kept,
  ) {
    this.#before = new Map(before.map((field) => [field.name, field]));
    this.#after = new Map(after.map((field) => [field.name, field]));
    this.isNone =
      before.length === after.length &&
      before.every(({ name, type }, k) => name === after[k].name && sameType(type, after[k].type));
  }

  /** Tells whether a column is still there, with the type it had. */
  keeps(name: string): boolean {
    const before = this.#before.get(name);
    const after = this.#after.get(name);
    return before !== undefined && after !== undefined && sameType(before.type, after.type);
  }

  typeOf(name: string): DataType | undefined {
    return this.#after.get(name)?.type;
  }

  /** Tells whether there is a column that was not there before. */
  get hasNew(): boolean {
    return Array.from(this.#after.keys()).some((name) => !this.#before.has(name));
  }
}

/** Returns the text that is true after a change; undefined for none. */
type Describer = (text: string, change: Change) => string | undefined;

/** For texts that describe all columns in a form of their own. Readers trust them more than the columns. */
const onlyUnchanged: Describer = (text, { isNone }) => (isNone ? text : undefined);

const describers: { readonly [key: string]: Describer } = {
  pandas: describePandas,
  geo: describeGeo,
  'ARROW:schema': onlyUnchanged,
  'org.apache.spark.sql.parquet.row.metadata': onlyUnchanged,
  'parquet.avro.schema': onlyUnchanged,
  'avro.schema': onlyUnchanged,
  'iceberg.schema': onlyUnchanged,
  huggingface: onlyUnchanged,
};

interface PandasColumn {
  readonly name?: unknown;
  readonly field_name?: unknown;
}

/**
 * Describes pandas' dtypes and index. pandas converts a column to the dtype that stands there, which fails
 * if the column has another type now. Columns of its index must be described. Its RangeIndex counts the rows
 * that the frame had.
 */
function describePandas(text: string, change: Change): string | undefined {
  const told = parseObject(text);
  if (told === undefined || !Array.isArray(told.columns) || !Array.isArray(told.index_columns))
    return undefined;
  // Names that are no text, such as numbers and tuples, are read from the names of all columns.
  if (change.hasNew && !hasTextNames(told.column_indexes)) return undefined;
  const inIndex = new Set<unknown>(told.index_columns);
  const columns = told.columns.flatMap((column: PandasColumn) => {
    const name = fieldOf(column);
    if (change.keeps(name)) return [column];
    const dtype = inIndex.has(name) ? numpyType(change.typeOf(name)) : undefined;
    return dtype === undefined ? [] : [{ ...column, pandas_type: dtype, numpy_type: dtype, metadata: null }];
  });
  const described = new Set<unknown>(columns.map(fieldOf));
  const index = told.index_columns.filter((column: unknown) =>
    typeof column === 'string' ? described.has(column) : change.kept !== 'none',
  );
  if (columns.length === 0 && index.length === 0) return undefined;
  return JSON.stringify({ ...told, index_columns: index, columns });
}

/** Returns the dtype of a column of numbers; undefined for any other. */
function numpyType(type: DataType | undefined): string | undefined {
  const isNumber = type?.typeId === Type.Int || type?.typeId === Type.Float;
  return isNumber ? String(type).toLowerCase() : undefined;
}

const fieldOf = (column: PandasColumn): string => String(column?.field_name ?? column?.name);

const hasTextNames = (levels: unknown): boolean =>
  !Array.isArray(levels) ||
  levels.length === 0 ||
  (levels.length === 1 && ['unicode', 'string', 'empty'].includes(String(levels[0]?.pandas_type)));

/** Describes the geometry columns of GeoParquet: its version 1, and those before. */
function describeGeo(text: string, change: Change): string | undefined {
  const told = parseObject(text);
  const given = told?.columns;
  if (told === undefined || typeof given !== 'object' || given === null) return undefined;
  const columns = Object.entries(given).filter(([name]) => change.keeps(name));
  if (columns.length === 0) return undefined;
  const names = columns.map(([name]) => name);
  const primary = names.includes(String(told.primary_column)) ? told.primary_column : names[0];
  const described = columns.map(([name, column]) => [
    name,
    change.kept === 'values' ? column : withoutExtent(column),
  ]);
  return JSON.stringify({ ...told, primary_column: primary, columns: Object.fromEntries(described) });
}

/** Leaves out what the values tell: an empty list of types means that they are not known. */
function withoutExtent(column: unknown): unknown {
  if (typeof column !== 'object' || column === null) return column;
  const { bbox, covering, orientation, ...rest } = column as { [key: string]: unknown };
  return 'geometry_types' in rest ? { ...rest, geometry_types: [] } : rest;
}

function parseObject(text: string): { [key: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as { [key: string]: unknown }) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Returns a field with another type. An extension type says how values of the type that it had are stored.
 */
export function withType(field: Field, type: DataType): Field {
  const metadata = sameType(field.type, type) ? field.metadata : withoutExtension(field.metadata);
  return field.clone({ type, metadata });
}

/** Returns the metadata of a field without its extension type. */
function withoutExtension(metadata: Map<string, string>): Map<string, string> {
  if (!EXTENSION.some((key) => metadata.has(key))) return metadata;
  return new Map([...metadata].filter(([key]) => !EXTENSION.includes(key)));
}

const EXTENSION = ['ARROW:extension:name', 'ARROW:extension:metadata'];
