import type { Data, Field } from 'apache-arrow';

/**
 * The results of consecutive groups whose columns agree, joined. Thousands of small results become few segments already in the
 * worker that made them, so that the thread that combines them has little to do.
 */
export interface Segment {
  /** The first group of the run. */
  readonly first: number;
  /** Rows of each group's result; none is zero. */
  readonly counts: Int32Array;
  readonly numRows: number;
  readonly columns: readonly SegmentColumn[];
}

/** Either new values, or the rows of these groups of input column `input`, handed back as they were. */
export type SegmentColumn =
  | { readonly field: Field; readonly input: number; readonly data?: undefined }
  | { readonly field: Field; readonly input?: undefined; readonly data: Data };

/** What a worker made of the groups of one batch. */
export interface Results {
  readonly segments: readonly Segment[];
  /** The columns of the first empty result, for the case that there is no other. */
  readonly empty?: { readonly group: number; readonly fields: readonly Field[] };
}
