import '../../load-arrow/index.js';

import type { Data } from 'apache-arrow';
import type { Kernel, KernelSource } from '../../run/index.js';
import { scatterColumn } from '../../split/index.js';
import { Arena } from '../arena.js';
import { PartReader } from '../part-reader.js';
import type { ReadTask } from '../read-task.js';
import { type ChunkPlace, ChunkWriter, type SpillFiles } from './chunk-writer.js';
import { dealOut } from './deal-out.js';
import { columnsOf, type RowPlaces } from './row-places.js';
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
  /** Unit -> its first row in the data set, if chunks are to tell the rows that they have. */
  readonly firstRows?: Int32Array;
}

export interface ScatteredUnit extends UnitResult {
  readonly chunks: readonly ChunkPlace[];
  /** Lines that could not be read. */
  readonly skipped: number;
}

export const scatterKernelSource = (data: ScatterTask): KernelSource => ({
  name: 'createScatterKernel',
  isAlone: true,
  data,
});

/** The most memory that is kept for the next unit, for rows as they are read and as they are moved. */
const KEPT_BYTES = 256 * 1024 * 1024;

export async function createScatterKernel(work: ScatterTask): Promise<Kernel> {
  const { task, units, bounds, files, firstRows } = work;
  const arena = new Arena(KEPT_BYTES);
  const reader = new PartReader(task, arena.allocate);
  const writer = new ChunkWriter(files, reader.schema, arena.allocate);
  return collecting(async (index): Promise<ScatteredUnit> => {
    const batches = await readUnit(reader, units[index]);
    const { starts, targets, relative } = dealOut(work.places, index, reader.schema, batches, {
      bounds,
      allocate: arena.allocate,
    });
    const numRows = starts[starts.length - 1];
    const rows = firstRows && movedRows(targets, numRows, firstRows[index]);
    const columns: Data[] = [];
    for (const column of columnsOf(reader.schema, batches)) {
      columns.push(scatterColumn(column, targets, numRows, arena.allocate));
    }
    const chunks: ChunkPlace[] = [];
    for (let bucket = 0; bucket + 1 < starts.length; bucket++) {
      const [from, to] = [starts[bucket], starts[bucket + 1]];
      if (from === to) continue;
      const order = { places: relative.subarray(from, to), rows: rows?.subarray(from, to) };
      chunks.push(writer.write(bucket, columns, from, order));
    }
    arena.reset();
    return { index, chunks, skipped: batches.reduce((sum, { skipped = 0 }) => sum + skipped, 0) };
  });
}

/** Returns the number of the row at each target. */
function movedRows(targets: Int32Array, numRows: number, first: number): Int32Array {
  const rows = new Int32Array(numRows);
  for (let row = 0; row < targets.length; row++) if (targets[row] >= 0) rows[targets[row]] = first + row;
  return rows;
}
