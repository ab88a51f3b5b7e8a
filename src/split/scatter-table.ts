import type { Data, Table } from 'apache-arrow';
import {
  type Allocate,
  allocateShared,
  type Batch,
  batchOfColumns,
  chunksOf,
  concatData,
} from '../arrow/index.js';
import type { ChunkedColumn, Grouping } from './grouping.js';
import { scatter } from './scatter.js';

/** The column at `position` of a table, in its chunks. */
export function chunkedColumn(table: Table, position: number): ChunkedColumn {
  return {
    type: table.schema.fields[position].type,
    chunks: chunksOf(table, position),
  };
}

/**
 * A table in shared memory whose rows lie group by group: group `g` is rows starts[g] … starts[g + 1]. Every column is one piece, so
 * each group is a slice of it and nothing is copied again.
 */
export function scatterTable(table: Table, grouping: Grouping, allocate: Allocate = allocateShared): Batch {
  const length = grouping.starts[grouping.numGroups];
  return mapColumns(table, length, (column) =>
    grouping.inPlace
      ? concatData(column.type, column.chunks, allocate)
      : scatterColumn(column, grouping.places, length, allocate),
  );
}

/** A column in shared memory, its rows at their places. */
export const scatterColumn = (
  { type, chunks }: ChunkedColumn,
  places: Int32Array,
  length: number,
  allocate: Allocate = allocateShared,
): Data => scatter(type, chunks, { places, length, allocate });

function mapColumns(table: Table, numRows: number, map: (column: ChunkedColumn) => Data): Batch {
  const columns = table.schema.fields.map((_, k) => map(chunkedColumn(table, k)));
  return batchOfColumns(table, columns, numRows);
}
