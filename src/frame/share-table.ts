import { type AnyTable, type Batch, copyTableToShared, isSharedData, tableOf } from '../arrow/index.js';
import { requireAdapter } from './find-adapter.js';

/**
 * A frame as an Arrow table in shared memory: copied there once, then read by every worker of every call without a copy. Worth it
 * for a large table that many calls capture or have bound with `partial`; each call alone would copy it once too.
 *
 * Workers can write to it, and all would see that: treat it as read-only.
 *
 * @param frame an Arrow table, a danfojs or polars DataFrame, an arquero or flechette table, an array of row objects, or an object of columns
 * @throws ApplyError `ERR_NOT_A_FRAME`
 * @example
 * const prices = shareTable(tableFromArrays({ item: ['a', 'b'], price: Float64Array.of(1.5, 2) }));
 * prices.numRows // 2
 */
export function shareTable(frame: object): AnyTable {
  const batch = shareBatch(requireAdapter(frame).toArrow(frame));
  return tableOf(batch.schema, [batch]);
}

/** The rows of a table in one piece of shared memory; those of a shared table as they are. */
export function shareBatch(table: AnyTable): Batch {
  const { schema, batches, numRows } = table;
  const columns = batches.length === 1 ? batches[0].data.children : [];
  const isShared = columns.length === schema.fields.length && columns.every(isSharedData);
  return isShared ? { schema, columns, numRows } : copyTableToShared(table);
}
