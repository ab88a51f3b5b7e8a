import { Schema } from 'apache-arrow';
import type { Batch } from '../../arrow/index.js';
import type { GroupKeyColumn } from '../group-keys.js';

/** Returns key columns as a batch, a row for each group. */
export const batchOfKeys = (keys: readonly GroupKeyColumn[], numRows: number): Batch => ({
  schema: new Schema(keys.map(({ field }) => field)),
  columns: keys.map(({ data }) => data),
  numRows,
});
