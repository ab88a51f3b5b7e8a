import { type Data, Null, type Schema, type Table, Type } from 'apache-arrow';
import { type Batch, tableOf } from './batch.js';
import { dataOf } from './layout.js';

/**
 * Makes a table for apache-arrow's writer, which slices the children of lists, maps and unions. The count of
 * nulls in a slice of the Null type is unknown to apache-arrow, which then writes -1, and other readers
 * refuse such a file; in this table such columns count their nulls in slices, too.
 */
export function tableToWrite(schema: Schema, batches: readonly Batch[]): Table {
  return tableOf(
    schema,
    batches.map((batch) => ({ ...batch, columns: batch.columns.map(withCountedNulls) })),
  );
}

function withCountedNulls(data: Data): Data {
  if (data.type.typeId === Type.Null) return countedNulls(data.length);
  const children = data.children.map(withCountedNulls);
  if (children.every((child, k) => child === data.children[k])) return data;
  const { type, offset, length, nullCount } = data;
  return data.clone(type, offset, length, nullCount, data as never, children);
}

function countedNulls(length: number): Data {
  const data = dataOf(new Null(), length, length, {});
  const slice = (_from: number, count: number) => countedNulls(count) as Data<never>;
  return Object.assign(data, { slice });
}
