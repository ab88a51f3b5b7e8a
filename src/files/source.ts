import { type Field, Schema } from 'apache-arrow';
import { describeData, describeSchema, type WireData } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { nearest } from '../options/index.js';
import type { FileInfo, FilePart, FormatName, SourceFile } from './format.js';
import type { HiveColumn, HiveValue } from './hive.js';
import type { ReadTask, TaskFile, TaskPart } from './read-task.js';

/** What a data set is: its open files and what is wanted of them. */
export interface Source {
  readonly files: readonly SourceFileInfo[];
  /** All columns that there are. */
  readonly available: Schema;
  /** The columns that are wanted. */
  readonly schema: Schema;
  readonly hive: readonly HiveColumn[];
}

/** A file of a data set. */
export interface SourceFileInfo {
  readonly file: SourceFile;
  readonly format: FormatName;
  readonly info: FileInfo;
  /** The columns that its folders name. */
  readonly constants: { readonly [column: string]: HiveValue };
}

/** Returns the schema with these columns alone, in this order. */
export function selectFields(schema: Schema, columns: readonly string[]): Schema {
  const fields = new Map(schema.fields.map((field) => [field.name, field]));
  const selected = columns.map((name): Field => {
    const field = fields.get(name);
    if (field) return field;
    const near = nearest(name, [...fields.keys()]);
    const hint = near === undefined ? `it has ${namesOf(schema)}` : `did you mean '${near}'?`;
    throw new ApplyError('ERR_UNKNOWN_COLUMN', `scan: no file has a column '${name}'; ${hint}`);
  });
  return new Schema(selected, schema.metadata);
}

const MOST_NAMES = 20;

function namesOf({ fields }: Schema): string {
  const names = fields.slice(0, MOST_NAMES).map(({ name }) => `'${name}'`);
  return names.join(', ') + (fields.length > MOST_NAMES ? `, … (${fields.length})` : '');
}

export function countRows({ files }: Source): number | undefined {
  let sum = 0;
  for (const { info } of files) {
    if (info.numRows === undefined) return undefined;
    sum += info.numRows;
  }
  return sum;
}

/** Returns what threads need to read the data set. */
export async function readTask(source: Source): Promise<ReadTask> {
  const schemas = [...new Set(source.files.map(({ info }) => info.schema))];
  const columns = source.schema.fields.map(({ name }) => name);
  const files = source.files.map(
    ({ file, format, info, constants }): TaskFile => ({
      file,
      format,
      schema: schemas.indexOf(info.schema),
      shared: info.shared,
      constants,
    }),
  );
  const parts = source.files.flatMap(({ info }, file) =>
    info.parts.map((part: FilePart): TaskPart => {
      const { place, numRows } = part;
      return { file, place, numRows, bytes: part.bytes(columns) };
    }),
  );
  const dictionaries: { [column: string]: WireData } = {};
  for (const { name, dictionary } of source.hive)
    if (dictionary) dictionaries[name] = describeData(dictionary);
  return {
    schema: describeSchema(source.schema),
    numColumns: columns.length,
    dictionaries,
    schemas: schemas.map(describeSchema),
    files,
    parts,
  };
}
