import { allocateShared, concatData } from '../arrow/index.js';
import { rowsOfColumn, type Segment, type SegmentColumn } from '../combine/index.js';

/** Returns the rows of an input column that belong to the groups of a segment. */
export type InputRows = (segment: Segment, column: number) => NonNullable<SegmentColumn['data']>;

export const groupsOf = ({ first, counts }: Segment): number[] => Array.from(counts, (_, k) => first + k);

/**
 * Cuts `count` groups out of a stored segment, starting at group `position` (its first row is `row`), and
 * numbers them from `first`.
 */
export function sliceSegment(
  segment: Segment,
  { position, row }: { readonly position: number; readonly row: number },
  first: number,
  count: number,
): Segment {
  const counts = segment.counts.subarray(position, position + count);
  const numRows = counts.reduce((sum, rows) => sum + rows, 0);
  const columns = segment.columns.map((column) =>
    column.data === undefined ? column : { ...column, data: column.data.slice(row, numRows) },
  );
  return { first, counts, numRows, columns };
}

/** Replaces references to input columns by their rows, for groups that the function has changed. */
export function withInputRows(segment: Segment, inputRows: InputRows): Segment {
  const columns = segment.columns.map(
    (column): SegmentColumn => ({
      field: column.field,
      data: rowsOfColumn(segment, column, inputRows),
    }),
  );
  return { ...segment, columns };
}

/** Copies the columns of a segment into memory of its own. */
export function copySegment(segment: Segment): Segment {
  const columns = segment.columns.map(
    (column): SegmentColumn =>
      column.data === undefined
        ? column
        : { ...column, data: concatData(column.data.type, [column.data], allocateShared) },
  );
  return { ...segment, columns };
}
