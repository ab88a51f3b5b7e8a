import { tmpdir } from 'node:os';
import { Dataset, Spill } from '../../files/index.js';
import type { DatasetGroups } from './dataset-groups.js';
import type { Buckets } from './group-ranges.js';
import type { OpenOptions } from './open-options.js';
import type { RangedSide } from './ranged-groups.js';

/** A unit that is read takes this many times its bytes: its rows, as they are moved, and the decoder's. */
const UNIT_COPIES = 3;

/** Groups of a data set that are to be spilled. */
export interface SpilledRows
  extends Pick<DatasetGroups, 'dataset' | 'task' | 'units' | 'count' | 'starts' | 'places' | 'firstRows'> {
  readonly keepsRows?: boolean;
}

/** Deals the rows of groups out to the files of buckets. */
export async function spillGroups(
  { dataset, task, units, places, starts, count, ...rows }: SpilledRows,
  bytes: number,
  buckets: Buckets,
  { memoryLimit, spillTo = tmpdir(), workers, signal, progress }: OpenOptions,
): Promise<Spill> {
  const bounds = Int32Array.from(buckets.groups, (group) => starts[group]);
  const largest = units.reduce((most, unit) => Math.max(most, unit.bytes), 1);
  const atOnce = Math.max(1, Math.floor(memoryLimit / (largest * UNIT_COPIES)));
  const firstRows = rows.keepsRows ? rows.firstRows : undefined;
  progress?.begin('spill', units.length, { groups: count, rows: starts[count], bytes });
  const spill = await Spill.write(
    { task, units, places, bounds, firstRows, bytes, parent: spillTo },
    {
      workers: Math.min(workers, atOnce),
      signal,
      onProgress: (done) => progress?.update(done, 0, (bytes * done) / units.length),
    },
  );
  Dataset.setSkippedLines(dataset, spill.skippedLines);
  return spill;
}

/** Returns spilled rows as a side of groups. */
export function sideOf(
  spill: Spill,
  { starts, sizes }: Pick<RangedSide, 'starts' | 'sizes'>,
  workers: number,
): RangedSide {
  return {
    kind: 'arrow',
    schema: spill.schema,
    starts,
    sizes,
    rows: {
      load: (range, signal) => spill.load(range, { workers, signal }),
      loadNow: (range) => spill.loadNow(range),
      drop: (bucket) => spill.drop(bucket),
      remove: () => spill.remove(),
    },
  };
}
