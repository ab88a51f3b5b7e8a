import { Data, RecordBatch, type Schema, type Struct, Table } from 'apache-arrow';
import { type Batch, duplicateName, tableOf } from './batch.js';

/** Makes a table of rows in one piece. */
export type TableMaker = (rows: Batch) => Table;

/**
 * Returns a maker of many small tables of one schema. The constructors of apache-arrow merge and compare
 * schemas for every table, which takes longer than a light function does on a small group. Tables of one
 * maker share the objects that say what their columns are; everything else is each table's own.
 */
export function tableMaker(schema: Schema): TableMaker {
  if (duplicateName(schema) !== undefined) return (rows) => tableOf(schema, [rows]);
  let shared: Pick<RecordBatch, 'schema' | 'data'> | undefined;
  let isKnown = false;
  return ({ columns, numRows }) => {
    if (shared === undefined) {
      const first = tableOf(schema, [{ schema, columns, numRows }]);
      shared = first.batches[0];
      isKnown = hasMembers(first, TABLE_MEMBERS) && hasMembers(shared, BATCH_MEMBERS);
      return first;
    }
    if (!isKnown) return tableOf(schema, [{ schema, columns, numRows }]);
    const batch: BatchMembers = Object.create(RecordBatch.prototype);
    batch.schema = shared.schema;
    batch.data = new Data(shared.data.type, 0, numRows, 0, [undefined, undefined, NO_BITS], [...columns]);
    batch._metadata = new Map();
    const offsets = new Uint32Array(2);
    offsets[1] = numRows;
    const table: TableMembers = Object.create(Table.prototype);
    table.schema = schema;
    table.batches = [batch];
    table._offsets = offsets;
    return table as unknown as Table;
  };
}

/** The bitmap of a struct without nulls. apache-arrow replaces it when a row is set to null. */
const NO_BITS = new Uint8Array(0);

/**
 * Tells whether a constructor of apache-arrow has set just these members. Another version may set more, and
 * then its constructors make all tables.
 */
const hasMembers = (made: object, members: readonly string[]): boolean =>
  Object.keys(made).join() === members.join();

const BATCH_MEMBERS = ['schema', 'data', '_metadata'];
const TABLE_MEMBERS = ['schema', 'batches', '_offsets'];

/** The members that the constructor of RecordBatch sets, in its order. */
interface BatchMembers {
  schema: Schema;
  data: Data<Struct>;
  _metadata: Map<string, string>;
}

/** The members that the constructor of Table sets, in its order. */
interface TableMembers {
  schema: Schema;
  batches: readonly BatchMembers[];
  _offsets: Uint32Array;
}
