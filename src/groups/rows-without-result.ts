import type { Results, Segment } from '../combine/index.js';
import type { GroupSource } from './group-source.js';

/** The results of a call, completed to all rows of its table. */
export interface CompleteResults {
  /** Segments with the results of groups, in group order. */
  readonly segments: readonly Segment[];
  /**
   * Placeholders for rows without a result: one per group that has rows and no result; last, one for rows of
   * no group. They are segments without columns.
   */
  readonly missing: readonly Segment[];
}

/** Sorts the results by group, and returns beside them placeholders for the rows that have none. */
export function completeResults(results: readonly Results[], source: GroupSource): CompleteResults {
  const { sizes, count, numRows } = source;
  const segments = results.flatMap((result) => result.segments).sort((a, b) => a.first - b.first);
  const missing: Segment[] = [];
  const fill = (from: number, to: number) => {
    for (let group = from; group < to; group++) {
      if (sizes[group] > 0) missing.push(withoutColumns(group, sizes[group]));
    }
  };
  let next = 0;
  for (const { first, counts } of segments) {
    fill(next, first);
    next = first + counts.length;
  }
  fill(next, count);
  const inGroups = sizes.reduce((sum, size) => sum + size, 0);
  if (numRows > inGroups) missing.push(withoutColumns(count, numRows - inGroups));
  return { segments, missing };
}

const withoutColumns = (first: number, rows: number): Segment => ({
  first,
  counts: Int32Array.of(rows),
  numRows: rows,
  columns: [],
});
