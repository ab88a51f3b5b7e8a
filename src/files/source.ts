import { type DataType, type Field, Schema, Type } from 'apache-arrow';
import { deriveSchema, describeData, describeSchema, sameType, type WireData } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { nearest } from '../options/index.js';
import type { FileInfo, FormatName, SourceFile } from './format.js';
import type { HiveColumn, HiveValue } from './hive.js';
import type { ReadTask, TaskFile, TaskPart } from './read-task.js';
import { type Condition, mayMatch } from './where.js';

/** The open files of a data set, and the columns and rows that are wanted of them. */
export interface Source {
  readonly files: readonly SourceFileInfo[];
  /** All columns that there are. */
  readonly available: Schema;
  /** The columns that are wanted. */
  readonly schema: Schema;
  readonly hive: readonly HiveColumn[];
  /** Conditions on columns that are in the files; those on folders have chosen the files. */
  readonly where: readonly Condition[];
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
  return deriveSchema(schema, selected, 'values');
}

const MOST_NAMES = 20;

function namesOf({ fields }: Schema): string {
  const names = fields.slice(0, MOST_NAMES).map(({ name }) => `'${name}'`);
  return names.join(', ') + (fields.length > MOST_NAMES ? `, … (${fields.length})` : '');
}

export function countRows({ files, where }: Source): number | undefined {
  if (where.length > 0) return undefined;
  let sum = 0;
  for (const { info } of files) {
    if (info.numRows === undefined) return undefined;
    sum += info.numRows;
  }
  return sum;
}

/** Returns the task for the threads that read the data set. */
export async function readTask(source: Source): Promise<ReadTask> {
  const schemas = [...new Set(source.files.map(({ info }) => info.schema))];
  const { where } = source;
  const selected = source.schema.fields;
  const added = where
    .map(({ column }) => column)
    .filter((name) => !selected.some((field) => field.name === name));
  const { fields } = selectFields(source.available, [...selected.map(({ name }) => name), ...added]);
  const columns = fields.map(({ name }) => name);
  const files: TaskFile[] = [];
  const parts: TaskPart[] = [];
  for (const { file, format, info, constants } of source.files) {
    const prepared = info.prepare ? { ...info, ...(await info.prepare(columns)) } : info;
    const tests = where.filter(({ column }) => isComparable(column, info.schema, source.available));
    for (const part of prepared.parts) {
      const { numRows: rows = Number.NaN } = part;
      if (!tests.every((test) => mayMatch(test, part.range?.(test.column), rows))) continue;
      const { place, numRows } = part;
      parts.push({ file: files.length, place, numRows, bytes: part.bytes(columns) });
    }
    const lineColumns = info.leavesOutLines ? columns : undefined;
    const schema = schemas.indexOf(info.schema);
    files.push({ file, format, schema, shared: prepared.shared, lineColumns, constants });
  }
  const dictionaries: { [column: string]: WireData } = {};
  for (const { name, dictionary } of source.hive)
    if (dictionary) dictionaries[name] = describeData(dictionary);
  return {
    schema: describeSchema(new Schema(fields, source.schema.metadata)),
    numColumns: selected.length,
    where,
    dictionaries,
    schemas: schemas.map((schema) => describeSchema(schema)),
    files,
    parts,
  };
}

/** Tells whether the values of a column in a file compare as those of the united column do. */
function isComparable(column: string, file: Schema, available: Schema): boolean {
  const own = file.fields.find(({ name }) => name === column)?.type;
  const united = available.fields.find(({ name }) => name === column)?.type;
  if (own === undefined || united === undefined) return false;
  const isNumber = ({ typeId }: DataType) => typeId === Type.Int || typeId === Type.Float;
  return sameType(own, united) || (isNumber(own) && isNumber(united));
}
