import type { Segment } from '../combine/index.js';

/**
 * The results of a call that stay on its cluster. Only their fields and row counts come here: a column that
 * stays there has the position of its field in the place of an input column.
 *
 * @typeParam R the rows on the cluster
 */
export interface KeptResults<R = unknown> {
  /** Written when the call runs; missing where no group has run. */
  relation?: R;
}

/** Returns the segment as it is told to the program while its columns stay on the cluster. */
export const withoutData = ({ columns, ...segment }: Segment): Segment => ({
  ...segment,
  columns: columns.map(({ field }, k) => ({ field, input: k })),
});

/** Tells whether the columns of a segment are here. */
export const isHere = ({ columns }: Segment): boolean => columns.some(({ data }) => data !== undefined);
