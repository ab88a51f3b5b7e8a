import { DataType, Field, type Schema } from 'apache-arrow';
import { deriveSchema, withType } from '../arrow/index.js';
import { canCast, commonType, withUniqueIds } from '../combine/index.js';
import { ApplyError } from '../errors.js';
import { badFile } from './open-file.js';

/** A file's path and schema. */
export interface FileSchema {
  readonly path: string;
  readonly schema: Schema;
}

/** A column of the files so far. */
interface United {
  field: Field;
  /** The first file that has a column of this type. */
  path: string;
  count: number;
}

/**
 * Unites the schemas of files by the names of columns, in the order in which they appear. A column that a
 * file lacks is null there; types widen to one that holds all values.
 */
export function uniteSchemas(files: readonly FileSchema[]): Schema {
  const [{ schema: first }] = files;
  if (files.every(({ schema }) => schema === first)) {
    checkNames(files[0]);
    return first;
  }
  const columns = new Map<string, United>();
  const seen = new Map<Schema, string>();
  const counts = new Map<Schema, number>();
  for (const { path, schema } of files) {
    counts.set(schema, (counts.get(schema) ?? 0) + 1);
    if (!seen.has(schema)) seen.set(schema, path);
  }
  for (const [schema, path] of seen) {
    checkNames({ path, schema });
    for (const field of schema.fields) addField(columns, field, path, counts.get(schema) ?? 0);
  }
  const fields = Array.from(columns.values(), ({ field, count }) =>
    count === files.length ? field : new Field(field.name, field.type, true, field.metadata),
  );
  return deriveSchema(first, withUniqueIds(fields), 'values');
}

function addField(columns: Map<string, United>, field: Field, path: string, count: number): void {
  const united = columns.get(field.name);
  if (united === undefined) {
    columns.set(field.name, { field, path, count });
    return;
  }
  const type = commonType(united.field.type, field.type);
  if (type === undefined) throw mismatch(field.name, united.field.type, united.path, field.type, path);
  if (type !== united.field.type) united.path = path;
  const nullable = united.field.nullable || field.nullable;
  const { metadata } = withType(united.field, type);
  united.field = new Field(field.name, type, nullable, metadata);
  united.count += count;
}

/** Throws where a file cannot be read as the schema that the caller declares. */
export function checkDeclared(declared: Schema, files: readonly FileSchema[]): void {
  for (const { path, schema } of new Map(files.map((file) => [file.schema, file])).values()) {
    for (const { name, type } of declared.fields) {
      const own = schema.fields.find((field) => field.name === name);
      if (own && !canCast(own.type, type)) {
        throw new ApplyError(
          'ERR_SCHEMA_MISMATCH',
          `scan: column '${name}' is ${own.type} in ${path}, which does not fit into ${type}, ` +
            'its type in the schema that was given',
        );
      }
    }
  }
}

function mismatch(name: string, a: DataType, pathA: string, b: DataType, pathB: string): ApplyError {
  const mayBeEmpty = (type: DataType, path: string) => DataType.isUtf8(type) && IS_CSV.test(path);
  const advice =
    mayBeEmpty(a, pathA) || mayBeEmpty(b, pathB)
      ? `. A column of a CSV file without values counts as text: declare its type with csv: { types: { … } }, `
      : '; ';
  return new ApplyError(
    'ERR_SCHEMA_MISMATCH',
    `scan: column '${name}' is ${a} in ${pathA} and ${b} in ${pathB}, and no type holds the values of both` +
      `${advice}scan them apart, or leave the column out with \`columns\``,
  );
}

const IS_CSV = /\.(?:csv|tsv|txt)(?:\.\w+)?$/i;

function checkNames({ path, schema }: FileSchema): void {
  const names = new Set<string>();
  for (const { name } of schema.fields) {
    if (names.has(name)) throw badFile(path, `it has more than one column named '${name}'`);
    names.add(name);
  }
}
