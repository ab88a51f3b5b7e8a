import type { Table } from 'apache-arrow';
import { allocateShared, type Batch, chunksOf, concatData, sliceBatch } from '../../arrow/index.js';
import type { BucketRange } from '../../files/index.js';
import { scatterTable } from '../../split/index.js';
import type { RangedSide } from '../datasets/index.js';
import type { JointRows } from './joint-groups.js';

/** Returns the bytes of a table's columns. */
export const frameBytes = (table: Table): number =>
  table.schema.fields.reduce(
    (sum, _, k) => sum + chunksOf(table, k).reduce((bytes, { byteLength }) => bytes + byteLength, 0),
    0,
  );

/**
 * Returns a frame beside data sets in files. Its rows stay in memory, in the order of the groups; each range
 * is a copy, because functions may change their rows.
 *
 * @param first bucket -> its first group
 */
export function frameSideOf(
  { parts, grouping, starts, sizes }: Extract<JointRows, { readonly kind: 'frame' }>,
  first: readonly number[],
): RangedSide {
  let moved: Batch | undefined = scatterTable(parts.table, grouping);
  const { schema } = moved;
  const loadNow = ({ bucket, from, to }: BucketRange): Batch => {
    const origin = starts[first[bucket]];
    return copyOf(sliceBatch(moved as Batch, origin + from, origin + to));
  };
  return {
    kind: parts.kind,
    schema,
    starts,
    sizes,
    rows: {
      load: async (range) => loadNow(range),
      loadNow,
      async drop() {},
      async remove() {
        moved = undefined;
      },
    },
  };
}

function copyOf({ schema, columns, numRows }: Batch): Batch {
  const copies = columns.map((data) => concatData(data.type, [data], allocateShared));
  return { schema, columns: copies, numRows };
}
