import { type Data, Schema } from 'apache-arrow';
import { type Batch, reviveData, reviveSchema } from '../../arrow/index.js';
import { ApplyError } from '../../errors.js';
import { mergeRangeKeys, type RangeKeys, takeRows } from '../../split/index.js';
import { readParts } from '../read-parts.js';
import type { ReadTask } from '../read-task.js';
import { createKeyKernel, keyKernelSource, type WireUnitKeys } from './key-kernel.js';
import type { RowPlaces } from './row-places.js';
import { runUnits } from './run-units.js';
import { selectTask } from './select-task.js';
import type { Unit } from './units.js';

/** The groups of a data set, found without holding its rows. */
export interface KeyGroups {
  readonly numGroups: number;
  /** Group `g` has the places starts[g] to starts[g + 1]-1. */
  readonly starts: Int32Array;
  /** For each key column: the keys of all groups. */
  readonly keys: readonly Data[];
  /** Rows of all groups and of none. */
  readonly numRows: number;
  /** Unit `u` has the rows firstRows[u] to firstRows[u + 1]-1 of the data set. Lies in shared memory. */
  readonly firstRows: Int32Array;
  readonly places: RowPlaces;
}

/** The most rows of a data set: places are 32-bit numbers. */
const MOST_ROWS = 2 ** 31 - 1;

/** Tells the number of rows if it can be grouped. */
export function checkRows(numRows: number): number {
  if (numRows <= MOST_ROWS) return numRows;
  throw new ApplyError(
    'ERR_UNSUPPORTED',
    `the data set has ${numRows} rows, and ${MOST_ROWS} can be grouped at once: choose some with where`,
  );
}

/** How to find keys. */
export interface KeyOptions {
  /** Threads; 0 for this one. */
  readonly workers: number;
  readonly signal: AbortSignal;
  /** Told how many units or parts there are. */
  onBegin?(total: number): void;
  onProgress?(done: number): void;
}

/** Finds the groups of columns, in threads, unit by unit. */
export async function findKeys(
  task: ReadTask,
  units: readonly Unit[],
  columns: readonly string[],
  { sort, dropna }: { readonly sort: boolean; readonly dropna: boolean },
  options: KeyOptions,
): Promise<KeyGroups> {
  const keyTask = selectTask(task, columns);
  const types = reviveSchema(keyTask.schema)
    .fields.slice(0, columns.length)
    .map(({ type }) => type);
  options.onBegin?.(units.length);
  const found = new Array<WireUnitKeys>(units.length);
  const work = { task: keyTask, units, dropna };
  await runUnits<WireUnitKeys>({
    source: keyKernelSource(work),
    make: () => createKeyKernel(work),
    sizes: units.map(({ bytes }) => bytes),
    workers: Math.min(options.workers, units.length),
    signal: options.signal,
    onResult(result) {
      found[result.index] = result;
    },
    onProgress: options.onProgress,
  });
  let numRows = 0;
  const firstRows = new Int32Array(new SharedArrayBuffer((units.length + 1) * 4));
  const ranges = found.map((unit, at): RangeKeys => {
    const first = numRows;
    numRows = checkRows(numRows + unit.numRows);
    firstRows[at + 1] = numRows;
    return {
      distinct: unit.distinct.map((data, k) => reviveData(types[k], data)),
      firstRows: unit.firstRows.map((row) => row + first),
      sizes: unit.sizes,
    };
  });
  const { next, ...groups } = mergeRangeKeys(types, ranges, { sort, dropna });
  const total = next.reduce((sum, { length }) => sum + length, 0);
  const keyRows = firstKeys(next, groups.starts);
  const keys = types.map((type, k) =>
    takeRows(
      type,
      ranges.map(({ distinct }) => distinct[k]),
      keyRows,
      total,
    ),
  );
  const places = { kind: 'keys', columns, dropna, ...joined(next) } as const;
  return { numGroups: groups.numGroups, starts: groups.starts, keys, numRows, firstRows, places };
}

/** Returns, for each group, the position of its key among the keys of all units. */
function firstKeys(next: readonly Int32Array[], starts: Int32Array): Int32Array {
  // The first rows of a group are those of the first unit that has the key.
  const groupAt = new Map<number, number>();
  for (let group = 0; group + 1 < starts.length; group++) groupAt.set(starts[group], group);
  const rows = new Int32Array(starts.length - 1);
  let at = 0;
  for (const places of next) {
    for (const place of places) {
      const group = groupAt.get(place);
      if (group !== undefined) rows[group] = at;
      at++;
    }
  }
  return rows;
}

/** Joins arrays in shared memory. */
function joined(arrays: readonly Int32Array[]): { next: Int32Array; starts: Int32Array } {
  const starts = new Int32Array(arrays.length + 1);
  arrays.forEach(({ length }, k) => {
    starts[k + 1] = starts[k] + length;
  });
  const next = new Int32Array(new SharedArrayBuffer(starts[arrays.length] * 4));
  arrays.forEach((array, k) => {
    next.set(array, starts[k]);
  });
  return { next, starts };
}

/** Columns of a data set in memory, and where the rows of its units begin. */
export interface ReadColumns {
  readonly schema: Schema;
  readonly batches: readonly Batch[];
  readonly starts: Int32Array;
}

/** Reads columns whole, for keys that only all rows together tell. */
export async function readColumns(
  task: ReadTask,
  units: readonly Unit[],
  columns: readonly string[],
  { signal, onBegin, onProgress }: KeyOptions,
): Promise<ReadColumns> {
  const selected = selectTask(task, columns);
  const { fields, metadata } = reviveSchema(selected.schema);
  onBegin?.(task.parts.length);
  const batches: Batch[] = [];
  const ends: number[] = [];
  let numRows = 0;
  for await (const { batch, taken } of readParts(selected, { signal, isLazy: false })) {
    taken();
    batches.push(batch);
    numRows = checkRows(numRows + batch.numRows);
    ends.push(numRows);
    onProgress?.(batches.length);
  }
  const starts = Int32Array.from([0, ...units.map(({ to }) => ends[to - 1])]);
  return { schema: new Schema(fields.slice(0, columns.length), metadata), batches, starts };
}
