import type { Data } from 'apache-arrow';
import type { Batch } from '../arrow/index.js';
import type { Segment } from '../combine/index.js';

/** Returns the rows of an input column that belong to the groups of a segment. */
export type InputRows = (segment: Segment, column: number) => Data;

/** Groups as rows of tables, as far as their columns go. */
interface Tables {
  readonly batches: readonly Batch[];
  readonly batchOf?: Int32Array;
  readonly from: Int32Array;
  readonly others?: readonly { readonly batch: Batch; readonly from: Int32Array }[];
}

/** Returns what finds input rows in the frames of a call. */
export const inputRowsOf =
  (shards: Tables): InputRows =>
  (segment, column) => {
    const { data, from } = inputColumn(shards, segment, column);
    return data.slice(from[segment.first], segment.numRows);
  };

/** Returns the input column of a segment, and the first row of each group there. */
export function inputColumn(shards: Tables, { first }: Pick<Segment, 'first'>, column: number) {
  const batch = shards.batches[shards.batchOf ? shards.batchOf[first] : 0];
  let side: { readonly batch: Batch; readonly from: Int32Array } = { batch, from: shards.from };
  // Columns count on from one frame to the next.
  let at = column;
  for (const other of shards.others ?? []) {
    if (at < side.batch.columns.length) break;
    at -= side.batch.columns.length;
    side = other;
  }
  return { data: side.batch.columns[at], from: side.from };
}
