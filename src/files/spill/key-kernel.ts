import '../../load-arrow/index.js';

import { describeData, type WireData } from '../../arrow/index.js';
import type { Kernel, KernelSource } from '../../run/index.js';
import { factorizeRange, type RangeKeys } from '../../split/index.js';
import { PartReader } from '../part-reader.js';
import type { ReadTask } from '../read-task.js';
import { columnsOf } from './row-places.js';
import { collecting, type UnitResult } from './run-units.js';
import { readUnit, type Unit } from './units.js';

/* Finds the keys of units in a worker: reads the key columns alone, and keeps only the distinct keys. */

export interface KeyTask {
  /** Reads the key columns. */
  readonly task: ReadTask;
  readonly units: readonly Unit[];
  readonly dropna: boolean;
}

/** The keys of a unit as they are posted. `firstRows` count from the unit's first row. */
export interface WireUnitKeys extends UnitResult, Omit<RangeKeys, 'distinct'> {
  readonly distinct: readonly WireData[];
  readonly numRows: number;
}

export const keyKernelSource = (data: KeyTask): KernelSource => ({
  name: 'createKeyKernel',
  isAlone: true,
  data,
});

export async function createKeyKernel({ task, units, dropna }: KeyTask): Promise<Kernel> {
  const reader = new PartReader(task);
  return collecting(async (index): Promise<WireUnitKeys> => {
    const batches = await readUnit(reader, units[index]);
    const numRows = batches.reduce((sum, batch) => sum + batch.numRows, 0);
    const keys = columnsOf(reader.schema, batches);
    const found = factorizeRange(keys, 0, numRows, new Int32Array(numRows), { dropna });
    return { index, numRows, ...found, distinct: found.distinct.map(describeData) };
  });
}
