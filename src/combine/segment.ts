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
 * unchanged, or one that lies in memory for all rows.
 */
export type SegmentColumn =
  | {
      readonly field: Field;
      readonly input: number;
      readonly data?: undefined;
      /** The group that brought the type of the column, where it is not the first of the segment. */
      readonly group?: number;
      readonly slot?: undefined;
    }
  | {
      readonly field: Field;
      readonly input?: undefined;
      readonly data: Data;
      readonly group?: undefined;
      readonly slot?: undefined;
    }
  | WrittenColumn;

/** A column whose rows were written straight to their places in {@link RowMemory}. */
export interface WrittenColumn {
  readonly field: Field;
  readonly slot: number;
  readonly input?: undefined;
  readonly data?: undefined;
  readonly group?: undefined;
}

/** Returns the rows of a column, which was not written to {@link RowMemory}. */
export function rowsOfColumn(
  segment: Segment,
  { data, input }: SegmentColumn,
  inputRows: (segment: Segment, input: number) => Data,
): Data {
  if (data !== undefined) return data;
  if (input === undefined) throw new Error('a column was written to rows that nobody reads');
  return inputRows(segment, input);
}

/** The results that a worker made of one batch of groups. */
export interface Results {
  readonly segments: readonly Segment[];
  /** The columns of the first empty result; they give the schema where every result is empty. */
  readonly empty?: { readonly group: number; readonly fields: readonly Field[] };
  /** The number of functions that returned undefined, perhaps because they have no `return`. */
  readonly undefineds?: number;
}

/** Returns about how many bytes new columns have: 8 a row for those that were written to their places. */
export function newBytes({ segments }: Results): number {
  let bytes = 0;
  for (const { columns, numRows } of segments) {
    for (const { data, slot } of columns) {
      if (data !== undefined) bytes += data.byteLength;
      else if (slot !== undefined) bytes += 8 * numRows;
    }
  }
  return bytes;
}
