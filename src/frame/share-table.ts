import { type AnyTable, type Batch, copyTableToShared, isSharedData, tableOf } from '../arrow/index.js';
import { requireAdapter } from './find-adapter.js';

/**
 * Copies a frame to shared memory and returns it as an Arrow table. Workers read that table without a copy.
 * It is worth it for a large table that many calls capture or have bound with `partial`: each of them would
 * copy it once.
 *
 * All workers see a change that one of them makes, so treat the table as read-only.
 *
 * @param frame an Arrow table, a danfojs or polars DataFrame, an arquero or flechette table, an array of row
 *   objects, or an object of columns
 * @throws ApplyError `ERR_NOT_A_FRAME`
 * @example
 * const prices = shareTable(tableFromArrays({ item: ['a', 'b'], price: Float64Array.of(1.5, 2) }));
 * prices.numRows // 2
 */
export function shareTable(frame: object): AnyTable {
  const batch = shareBatch(requireAdapter(frame).toArrow(frame));
  return tableOf(batch.schema, [batch]);
}

/** Returns a table as one batch in shared memory; a table that already is one is not copied. */
export function shareBatch(table: AnyTable): Batch {
  const { schema, batches, numRows } = table;
  const columns = batches.length === 1 ? batches[0].data.children : [];
  const isShared = columns.length === schema.fields.length && columns.every(isSharedData);
  return isShared ? { schema, columns, numRows } : copyTableToShared(table);
}
