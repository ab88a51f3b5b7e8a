import { type Data, RecordBatch, type Schema, Struct, Table } from 'apache-arrow';
import { ApplyError } from '../errors.js';
import { dataOf } from './layout.js';

/** A table in one piece: every column one contiguous Data. What moves between the folders of this package. */
export interface Batch {
  readonly schema: Schema;
  readonly columns: readonly Data[];
  readonly numRows: number;
}

/** Rows `from` up to `to` of a batch, without copying. */
export function sliceBatch(batch: Batch, from: number, to: number): Batch {
  const numRows = to - from;
  return { schema: batch.schema, columns: batch.columns.map((data) => data.slice(from, numRows)), numRows };
}

/** One table whose record batches are `batches`, all of the schema `schema`. */
export function tableOf(schema: Schema, batches: readonly Batch[]): Table {
  const type = new Struct(schema.fields);
  try {
    return new Table(
      schema,
      batches.map(({ columns, numRows }) => {
        return new RecordBatch(schema, dataOf(type, numRows, 0, {}, { children: columns }) as Data<Struct>);
      }),
    );
  } catch (error) {
    const twice = duplicateName(schema);
    if (twice === undefined) throw error;
    throw new ApplyError('ERR_SCHEMA_MISMATCH', `the table ${describeDuplicates(schema, twice)}`, {
      cause: error,
    });
  }
}

/** A name that two columns have; apache-arrow takes that if they agree in everything but their values. */
export function duplicateName({ fields }: Schema): string | undefined {
  const names = new Set<string>();
  for (const { name } of fields) {
    if (names.has(name)) return name;
    names.add(name);
  }
  return undefined;
}

export function describeDuplicates(
  { fields }: Schema,
  name: string,
  types = fields.map(({ type }) => type),
): string {
  const twins = types.filter((_, k) => fields[k].name === name).map(String);
  return (
    `has ${twins.length} columns named '${name}', of types ${twins.join(' and ')}, and apache-arrow mixes up columns of one name ` +
    'that differ in type, or in whether they may be null; rename all but one'
  );
}
