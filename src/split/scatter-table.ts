import type { Data, Table } from 'apache-arrow';
import {
  type Allocate,
  allocateShared,
  type Batch,
  batchOfColumns,
  createArena,
  keepHeap,
  namingColumn,
} from '../arrow/index.js';
import { type ChunkedColumn, chunkedColumn } from './chunked-column.js';
import { ConstantOffsets } from './constant-offsets.js';
import type { Grouping } from './grouping.js';
import { joinInOrder } from './join-in-order.js';
import { type RepeatedKeys, repeatedKeys, repeatKeys } from './repeat-keys.js';
import { scatter } from './scatter.js';
import { columnInPlaces, inPlacesOf } from './spent-places.js';

/**
 * Copies a table to shared memory, its rows group by group: group `g` is rows starts[g] to starts[g + 1]-1.
 * Every column is one piece, so each group is a slice and needs no copy. `keys` are the columns that the
 * table is grouped by; those that are columns of the table are filled, not moved.
 *
 * @param spend is called before a column gets the memory of the places; without it, none does
 */
export function scatterTable(
  table: Table,
  grouping: Grouping,
  keys: readonly ChunkedColumn[] = [],
  allocate: Allocate = createArena(),
  spend?: () => void,
): Batch {
  const { places, inPlace, starts, numGroups } = grouping;
  const length = starts[numGroups];
  const constantOffsets = new ConstantOffsets(allocate);
  const { fields } = table.schema;
  const repeated = fields.map((_, k) =>
    inPlace ? undefined : repeatedKeys(chunkedColumn(table, k), grouping, keys),
  );
  const last = spend ? columnInPlaces(repeated, grouping) : -1;
  const columns = fields.map(({ name }, k) => {
    const { type, chunks } = chunkedColumn(table, k);
    return namingColumn(name, () => {
      if (inPlace) return joinInOrder(type, chunks, allocate, constantOffsets);
      const keys = repeated[k];
      if (keys) return k === last ? undefined : repeatKeys(keys, grouping, allocate, constantOffsets);
      return scatter(type, chunks, { places, length, allocate, constantOffsets });
    });
  }) as Data[];
  if (last >= 0) {
    spend?.();
    columns[last] = repeatKeys(
      repeated[last] as RepeatedKeys,
      grouping,
      inPlacesOf(grouping),
      constantOffsets,
    );
  }
  keepHeap(columns.reduce((sum, { byteLength }) => sum + byteLength, 0));
  return batchOfColumns(table, columns, length);
}

/** Copies a column to shared memory, its rows at their places. */
export const scatterColumn = (
  { type, chunks }: ChunkedColumn,
  places: Int32Array,
  length: number,
  allocate: Allocate = allocateShared,
): Data => scatter(type, chunks, { places, length, allocate });
