import { type Field, Schema } from 'apache-arrow';
import { tableOf } from '../../arrow/index.js';
import { unifyBatchDictionaries } from '../../combine/index.js';
import type { GroupKey } from '../../errors.js';
import {
  Dataset,
  findKeys,
  type KeyOptions,
  type ReadTask,
  type RowPlaces,
  readColumns,
  type Unit,
  unitsOf,
} from '../../files/index.js';
import { keyReader } from '../../split/index.js';
import { GroupBy } from '../frame-groupby.js';
import type { GroupKeyColumn } from '../group-keys.js';
import { keyColumns } from '../key-columns.js';
import { keyPart } from '../key-part.js';
import type { DatasetParts } from './parts.js';

/** The groups of a data set, whose rows are still in its files. */
export interface DatasetGroups {
  readonly dataset: Dataset;
  /** Reads all columns. */
  readonly task: ReadTask;
  readonly units: readonly Unit[];
  readonly count: number;
  /** Group `g` has the places starts[g] to starts[g + 1]-1. */
  readonly starts: Int32Array;
  /** Lies in shared memory. */
  readonly sizes: Int32Array;
  /** Rows of all groups and of none. */
  readonly numRows: number;
  /** Unit `u` has the rows firstRows[u] to firstRows[u + 1]-1 of the data set. */
  readonly firstRows: Int32Array;
  readonly places: RowPlaces;
  key(group: number): GroupKey;
  keyColumns(): readonly GroupKeyColumn[];
}

/**
 * Finds the groups of a data set from its key columns.
 *
 * @param unitBytes the most bytes that a thread reads at once
 */
export async function findGroups(
  parts: DatasetParts,
  unitBytes: number,
  options: KeyOptions,
): Promise<DatasetGroups> {
  const task = await Dataset.readTask(parts.dataset);
  const units = unitsOf(task.parts, unitBytes);
  const found = parts.named
    ? await groupsByColumns(parts, parts.named, task, units, options)
    : await groupsByAllRows(parts, task, units, options);
  const { starts } = found;
  const count = starts.length - 1;
  const sizes = new Int32Array(new SharedArrayBuffer(count * 4));
  for (let group = 0; group < count; group++) sizes[group] = starts[group + 1] - starts[group];
  return { ...found, dataset: parts.dataset, task, units, count, sizes };
}

type Found = Omit<DatasetGroups, 'dataset' | 'task' | 'units' | 'count' | 'sizes'>;

/** Finds groups part by part: no thread holds more than a few parts of the key columns. */
async function groupsByColumns(
  { dataset, options, isScalar, areDates }: DatasetParts,
  named: readonly string[],
  task: ReadTask,
  units: readonly Unit[],
  how: KeyOptions,
): Promise<Found> {
  const { starts, keys, numRows, firstRows, places } = await findKeys(task, units, named, options, how);
  const readers = keys.map((data) => keyReader({ type: data.type, chunks: [data] }));
  return {
    starts,
    numRows,
    firstRows,
    places,
    key(group) {
      const key = readers.map((valueAt, k) => keyPart(valueAt(group), areDates[k]));
      return isScalar ? key[0] : key;
    },
    keyColumns: () =>
      named.map((name, k) => {
        const field = dataset.schema.fields.find((each) => each.name === name) as Field;
        return { field: field.clone({ type: keys[k].type }), data: keys[k] };
      }),
  };
}

/** Finds groups from whole key columns: key makers may need to see all rows. */
async function groupsByAllRows(
  { by, columns, options }: DatasetParts,
  task: ReadTask,
  units: readonly Unit[],
  how: KeyOptions,
): Promise<Found> {
  const read = await readColumns(task, units, columns, how);
  const { schema, batches } = unifyBatchDictionaries(new Schema(read.schema.fields), read.batches);
  const table = tableOf(schema, batches);
  const source = GroupBy.source(new GroupBy({ table, kind: 'arrow' }, keyColumns(table, by), options));
  const { places } = source.rowOrder();
  const shared = new Int32Array(new SharedArrayBuffer(places.byteLength));
  shared.set(places);
  // Read now, so that the key columns need not stay in memory.
  const keys = Array.from({ length: source.count }, (_, group) => source.key(group));
  const columnsOfKeys = source.keyColumns();
  const starts = new Int32Array(source.count + 1);
  source.sizes.forEach((size, group) => {
    starts[group + 1] = starts[group] + size;
  });
  return {
    starts,
    numRows: table.numRows,
    firstRows: read.starts,
    places: { kind: 'rows', places: shared, starts: read.starts },
    key: (group) => keys[group],
    keyColumns: () => columnsOfKeys,
  };
}
