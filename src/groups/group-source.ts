import type { Schema } from 'apache-arrow';
import type { Batch } from '../arrow/index.js';
import type { GroupKey } from '../errors.js';
import { preview } from '../util/index.js';
import type { SplitCrew } from './parallel-split.js';

/** What applyParallel works on, wherever it comes from: groups as row ranges of tables in shared memory. */
export interface GroupSource {
  /** The kind of frame that was grouped. */
  readonly kind: string;
  readonly schema: Schema;
  readonly count: number;
  /** Rows of each group. */
  readonly sizes: Int32Array;
  key(group: number): GroupKey;
  /** Of all groups, and of none. */
  readonly numRows: number;
  /** Puts the rows into shared memory. Made anew for every call, since functions may change what they get. */
  split(): Shards;
  /** The same, done by workers, where they can help. Finds the groups as well, if nobody has asked for them yet. */
  splitWith?(crew: SplitCrew): Promise<Shards>;
}

/** Groups as rows of one or more tables. */
export interface Shards {
  readonly batches: readonly Batch[];
  /** group -> its batch; all are in the first where it is missing. */
  readonly batchOf?: Int32Array;
  /** group -> its first row in its batch. */
  readonly from: Int32Array;
}

/** A key as messages show it: `'JFK'`, `['JFK', 2001]`. */
export const describeKey = (key: GroupKey): string => preview(key);
