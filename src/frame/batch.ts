import { type Data, RecordBatch, type Schema, Struct, Table } from 'apache-arrow';
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
  return new Table(
    schema,
    batches.map(({ columns, numRows }) => {
      return new RecordBatch(schema, dataOf(type, numRows, 0, {}, { children: columns }) as Data<Struct>);
    }),
  );
}
