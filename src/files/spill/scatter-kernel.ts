import '../../load-arrow/index.js';

import type { Data } from 'apache-arrow';
import type { Kernel, KernelSource } from '../../run/index.js';
import { scatterColumn } from '../../split/index.js';
import { PartReader } from '../part-reader.js';
import type { ReadTask } from '../read-task.js';
import { Arena } from './arena.js';
import { type ChunkPlace, ChunkWriter, type SpillFiles } from './chunk-writer.js';
import { columnsOf, placesOfUnit, type RowPlaces } from './row-places.js';
import { collecting, type UnitResult } from './run-units.js';
import { readUnit, type Unit } from './units.js';

/* Moves the rows of units to the files of their buckets, in a worker. */

export interface ScatterTask {
  readonly task: ReadTask;
  readonly units: readonly Unit[];
  readonly places: RowPlaces;
  /** Bucket `b` has the places bounds[b] to bounds[b + 1]-1. */
  readonly bounds: Int32Array;
  readonly files: SpillFiles;
}

export interface ScatteredUnit extends UnitResult {
  readonly chunks: readonly ChunkPlace[];
}

export const scatterKernelSource = (data: ScatterTask): KernelSource => ({
  name: 'createScatterKernel',
  isAlone: true,
  data,
});

/** The memory of moved rows, until they are written. */
const arena = new Arena();

export async function createScatterKernel(work: ScatterTask): Promise<Kernel> {
  const { task, units, bounds, files } = work;
  const reader = new PartReader(task);
  const writer = new ChunkWriter(files, reader.schema);
  return collecting(async (index): Promise<ScatteredUnit> => {
    const batches = await readUnit(reader, units[index]);
    const places = placesOfUnit(work.places, index, reader.schema, batches);
    const { starts, targets, relative } = intoBuckets(places, bounds);
    const numRows = starts[starts.length - 1];
    const columns: Data[] = [];
    for (const column of columnsOf(reader.schema, batches)) {
      columns.push(scatterColumn(column, targets, numRows, arena.allocate));
    }
    const chunks: ChunkPlace[] = [];
    for (let bucket = 0; bucket + 1 < starts.length; bucket++) {
      const [from, to] = [starts[bucket], starts[bucket + 1]];
      if (from < to) chunks.push(writer.write(bucket, columns, from, relative.subarray(from, to)));
    }
    // All is written; the code since the last await runs without a break, so no other task uses the arena.
    arena.reset();
    return { index, chunks };
  });
}

/** Orders rows by bucket; rows of one bucket keep their order. */
function intoBuckets(places: Int32Array, bounds: Int32Array) {
  const buckets = new Int32Array(places.length);
  const starts = new Int32Array(bounds.length);
  let bucket = 0;
  for (let row = 0; row < places.length; row++) {
    const place = places[row];
    if (place < 0) {
      buckets[row] = -1;
      continue;
    }
    if (place < bounds[bucket] || place >= bounds[bucket + 1]) bucket = bucketOf(place, bounds);
    buckets[row] = bucket;
    starts[bucket + 1]++;
  }
  for (let k = 1; k < starts.length; k++) starts[k] += starts[k - 1];
  const next = starts.slice();
  const targets = buckets;
  const relative = new Int32Array(starts[starts.length - 1]);
  for (let row = 0; row < places.length; row++) {
    const own = buckets[row];
    if (own < 0) continue;
    const target = next[own]++;
    relative[target] = places[row] - bounds[own];
    targets[row] = target;
  }
  return { starts, targets, relative };
}

/** Finds the last bucket that begins at or before a place. */
function bucketOf(place: number, bounds: Int32Array): number {
  let low = 0;
  let high = bounds.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (bounds[middle] <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}
