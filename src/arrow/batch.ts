import { type Data, RecordBatch, type Schema, Struct, Table } from 'apache-arrow';
import { ApplyError } from '../errors.js';
import { dataOf } from './layout.js';

/**
 * A table in one piece: every column is one contiguous Data. The folders of this package pass tables to each
 * other in this form.
 */
export interface Batch {
  readonly schema: Schema;
  readonly columns: readonly Data[];
  readonly numRows: number;
  /** For each column, whether the whole table has nulls there; only for a part of a table elsewhere. */
  readonly hasNulls?: readonly boolean[];
}

/** Returns rows `from` to `to`-1 of a batch, without copying. */
export function sliceBatch(batch: Batch, from: number, to: number): Batch {
  const numRows = to - from;
  return { schema: batch.schema, columns: batch.columns.map((data) => data.slice(from, numRows)), numRows };
}

/** Makes a table of `batches`, which all have the schema `schema`. */
export function tableOf(schema: Schema, batches: readonly Batch[]): Table {
  const type = new Struct(schema.fields);
  const quick = withQuickAssign(schema);
  try {
    // A loop: V8 drops the compiled code of closures between calls.
    const made: RecordBatch[] = [];
    for (const { columns, numRows } of batches) {
      made.push(new RecordBatch(quick, dataOf(type, numRows, 0, {}, { children: columns }) as Data<Struct>));
    }
    return new Table(schema, made);
  } catch (error) {
    const twice = duplicateName(schema);
    if (twice === undefined) throw error;
    throw new ApplyError('ERR_SCHEMA_MISMATCH', `the table ${describeDuplicates(schema, twice)}`, {
      cause: error,
    });
  }
}

/** From this number of columns on, apache-arrow's way to merge schemas costs more than all else. */
const WIDE = 64;

/**
 * Returns a schema for the constructor of RecordBatch, which merges it with its own fields: a search through
 * all fields for each field, 2 s for 20,000 of them. This one returns the schema itself where the fields are
 * its own.
 */
function withQuickAssign(schema: Schema): Schema {
  const { fields } = schema;
  if (fields.length < WIDE || duplicateName(schema) !== undefined) return schema;
  const assign = (others: typeof fields): Schema =>
    others.length === fields.length && others.every((field, k) => field === fields[k])
      ? schema
      : schema.assign(others);
  return Object.create(schema, { assign: { value: assign } });
}

/**
 * Returns a name that two columns have. apache-arrow accepts such columns only if they agree in type and
 * nullability.
 */
export function duplicateName({ fields }: Schema): string | undefined {
  const names = new Set<string>();
  for (const { name } of fields) {
    if (names.has(name)) return name;
    names.add(name);
  }
  return undefined;
}

/**
 * Returns the rest of an error sentence that begins with the table: the columns named `name`, and why they
 * are refused.
 */
export function describeDuplicates(
  { fields }: Schema,
  name: string,
  types = fields.map(({ type }) => type),
): string {
  const twins = types.filter((_, k) => fields[k].name === name).map(String);
  return (
    `has ${twins.length} columns named '${name}', of types ${twins.join(' and ')}, and apache-arrow ` +
    'mixes up columns of one name that differ in type, or in whether they may be null; rename all but one'
  );
}
