import type { Data, Field } from 'apache-arrow';

/**
 * The joined results of consecutive groups that have the same columns. Workers join thousands of small
 * results into few segments, so that the thread that combines them has little to do.
 */
export interface Segment {
  /** The first group of the run. */
  readonly first: number;
  /** Rows of each group's result; none is zero. */
  readonly counts: Int32Array;
  readonly numRows: number;
  readonly columns: readonly SegmentColumn[];
}

/**
 * A column of new values, or the rows of input column `input` that belong to these groups, handed back
 * unchanged.
 */
export type SegmentColumn =
  | {
      readonly field: Field;
      readonly input: number;
      readonly data?: undefined;
      /** The group that brought the type of the column, where it is not the first of the segment. */
      readonly group?: number;
    }
  | { readonly field: Field; readonly input?: undefined; readonly data: Data; readonly group?: undefined };

/** The results that a worker made of one batch of groups. */
export interface Results {
  readonly segments: readonly Segment[];
  /** The columns of the first empty result; they give the schema where every result is empty. */
  readonly empty?: { readonly group: number; readonly fields: readonly Field[] };
  /** How many functions returned undefined, as one does that has no `return`. */
  readonly undefineds?: number;
}
