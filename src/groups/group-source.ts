import type { Schema, Table } from 'apache-arrow';
import type { Batch } from '../arrow/index.js';
import type { RowMemory } from '../combine/index.js';
import type { GroupKey } from '../errors.js';
import { preview } from '../util/index.js';
import type { GroupKeyColumn } from './group-keys.js';
import type { ParallelSplitter } from './parallel-splitter.js';

/** The groups of a call, wherever they come from: row ranges of tables in shared memory. */
export interface GroupSource {
  /** The kind of frame that was grouped. */
  readonly kind: string;
  readonly schema: Schema;
  readonly count: number;
  /** Rows of each group, those of all frames together. Lies in shared memory. */
  readonly sizes: Int32Array;
  key(group: number): GroupKey;
  /** Returns the keys of all groups, where that takes less time than one by one. */
  keys?(): GroupKey[];
  /** The position of the first group in the whole call, if these are only a part of its groups. */
  readonly firstIndex?: number;
  /** The keys of all groups as columns, for results that carry them. */
  keyColumns(): readonly GroupKeyColumn[];
  /** Rows of the whole table, those in no group included. */
  readonly numRows: number;
  /**
   * Copies the rows into shared memory. Each call gets its own copy, since functions may change their groups.
   *
   * @param isOnce the order of the rows is not needed after that, which saves memory; another split takes
   *   longer
   */
  split(isOnce?: boolean): Shards;
  /** Returns the order of the rows in the grouped table. Missing where several frames were given. */
  rowOrder?(): RowOrder;
  /**
   * Splits in workers, and finds the groups if nobody has asked for them yet. Missing where workers cannot
   * help.
   */
  splitWith?(splitter: ParallelSplitter, isOnce?: boolean): Promise<Shards>;
}

/** The rows of a grouped table, and the places that a split gives them. */
export interface RowOrder {
  readonly table: Table;
  /** row -> its place in group order; -1 for a row that belongs to no group. */
  readonly places: Int32Array;
  /** True if every row belongs to a group and the rows already lie group by group. */
  readonly inPlace: boolean;
  /** The labels of the rows, if the frame has labels and they are known. */
  readonly labels?: readonly unknown[];
}

/** Groups as rows of one or more tables. */
export interface Shards {
  readonly batches: readonly Batch[];
  /** The batch of each group; missing if there is one batch. */
  readonly batchOf?: Int32Array;
  /** Each group's first row in its batch. */
  readonly from: Int32Array;
  /** The rows of each group in its batch. Lies in shared memory. */
  readonly sizes: Int32Array;
  /**
   * Input column -> 1 if a function may have written to its memory; missing where nobody watches. Lies in
   * shared memory. See `WriteWatch`.
   */
  readonly written?: Int32Array;
  /** The memory for results in the table's row order; missing if results are joined and moved. */
  readonly rowMemory?: RowMemory;
  /** The frames that the function gets after the first one, if the groups are those of several frames. */
  readonly others?: readonly OtherFrame[];
}

/** No table of groups, for results that have all their rows. */
export const NO_SHARDS: Shards = { batches: [], from: new Int32Array(0), sizes: new Int32Array(0) };

/** A frame of a cogroup beside the first: a range of its rows for each group. */
export interface OtherFrame {
  readonly kind: string;
  readonly batch: Batch;
  readonly from: Int32Array;
  readonly sizes: Int32Array;
}

/** Returns a key as messages show it: `'JFK'`, `['JFK', 2001]`. */
export const describeKey = (key: GroupKey): string => preview(key);
