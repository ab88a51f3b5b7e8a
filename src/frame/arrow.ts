import { type RecordBatch, type Struct, Table } from 'apache-arrow';
import type { FrameAdapter } from './adapter.js';
import { tableOf } from './batch.js';
import type { AnyTable } from './types.js';
import { describeData, describeSchema, reviveData, reviveSchema } from './wire.js';

/** Arrow tables and record batches of any copy or version of apache-arrow: the inner form itself. */
export const arrowAdapter: FrameAdapter<AnyTable> = {
  kind: 'arrow',
  matches: (value): value is AnyTable => isTable(value) || isRecordBatch(value),
  toArrow: (frame) => {
    if (isRecordBatch(frame)) return toOwnCopy(new Table([frame]));
    return toOwnCopy(frame);
  },
  fromArrow: (table) => table,
};

interface TableShape {
  readonly schema: { readonly fields: readonly unknown[]; readonly metadata: unknown };
  readonly batches: readonly unknown[];
}

function isTable(value: unknown): value is AnyTable {
  const shape = value as Partial<TableShape> | null | undefined;
  return typeof value === 'object' && Array.isArray(shape?.schema?.fields) && Array.isArray(shape?.batches);
}

function isRecordBatch(value: unknown): value is RecordBatch {
  const shape = value as { schema?: { fields?: unknown }; data?: { children?: unknown } } | null | undefined;
  return (
    typeof value === 'object' && Array.isArray(shape?.schema?.fields) && Array.isArray(shape?.data?.children)
  );
}

/** The same table in classes of the apache-arrow that this package uses; buffers are shared, not copied. */
function toOwnCopy(table: AnyTable): AnyTable {
  if (Object.getPrototypeOf(table) === Table.prototype) return table;
  const schema = reviveSchema(describeSchema(table.schema));
  const batches = table.batches.map((batch) => ({
    schema,
    numRows: batch.data.length,
    columns: (batch as RecordBatch<Struct['TChildren']>).data.children.map((data, k) =>
      reviveData(schema.fields[k].type, describeData(data)),
    ),
  }));
  return tableOf(schema, batches);
}
