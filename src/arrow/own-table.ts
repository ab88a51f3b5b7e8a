import { type Data, DataType, type RecordBatch, type Struct, Table } from 'apache-arrow';
import { type ArrowClasses, ownArrowClasses } from './arrow-classes.js';
import { completeData, isComplete } from './complete-data.js';
import type { AnyTable } from './types.js';
import { describeData, reviveData } from './wire-data.js';
import { describeSchema, describeType, reviveSchema, reviveType } from './wire-types.js';

/**
 * Returns a table as all of this package expects it: of this package's copy of apache-arrow, with a complete
 * Data for every column. Buffers are shared, and such a table is returned as it is. Every table that comes
 * from outside, from a user or from a library, passes here.
 */
export function ownTable(table: AnyTable): AnyTable {
  const isOwn = Object.getPrototypeOf(table) === Table.prototype;
  return isOwn && table.batches.every(isCompleteBatch) ? table : convertTable(table, ownArrowClasses);
}

const isCompleteBatch = ({ schema, data }: RecordBatch): boolean =>
  data.children.length >= schema.fields.length && data.children.every(isComplete);

/** Converts a table to the classes of another copy of apache-arrow; buffers are shared. */
export function convertTable(table: AnyTable, arrow: ArrowClasses): AnyTable {
  const schema = reviveSchema(describeSchema(table.schema), arrow);
  const type = new arrow.Struct(schema.fields);
  const batches = (table.batches as RecordBatch<Struct['TChildren']>[]).map(
    ({ data: { length, children } }) => {
      const columns = schema.fields.map((field, k) =>
        reviveData(field.type, describeData(completeData(field.type, children[k])), arrow),
      );
      return new arrow.RecordBatch(schema, new arrow.Data(type, 0, length, 0, undefined, columns));
    },
  );
  return new arrow.Table(schema, batches);
}

/** Does the same as {@link ownTable} for the chunks of a vector. */
export function ownChunks(chunks: readonly Data[]): readonly Data[] {
  const isOwn = ({ type }: Data) => Object.prototype.isPrototypeOf.call(DataType.prototype, type);
  if (chunks.every((chunk) => isOwn(chunk) && isComplete(chunk))) return chunks;
  const type = reviveType(describeType(chunks[0].type));
  return chunks.map((chunk) => reviveData(type, describeData(completeData(type, chunk))));
}
