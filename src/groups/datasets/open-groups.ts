import { tmpdir } from 'node:os';
import { Dataset, Spill } from '../../files/index.js';
import { GroupBy } from '../frame-groupby.js';
import { keyColumns } from '../key-columns.js';
import type { DatasetGroups } from './dataset-groups.js';
import { dealOut, type GroupRange, rangesOf } from './group-ranges.js';
import type { DatasetParts } from './parts.js';
import type { DatasetProgress } from './progress.js';

/** How the groups of a data set are brought into memory. */
export interface OpenOptions {
  /** Bytes. */
  readonly memoryLimit: number;
  readonly spillTo: string | undefined;
  /** Threads; 0 for this one. */
  readonly workers: number;
  readonly signal: AbortSignal;
  readonly progress?: DatasetProgress;
  /** True if the caller will ask for the numbers of spilled rows. */
  readonly keepsRows?: boolean;
}

/** The groups of a data set, in memory or in files. */
export type OpenedGroups = { readonly kind: 'whole'; readonly grouped: GroupBy<object> } | SpilledGroups;

/** Groups whose rows lie in files, range by range. */
export interface SpilledGroups {
  readonly kind: 'spilled';
  readonly groups: DatasetGroups;
  readonly spill: Spill;
  readonly ranges: readonly GroupRange[];
  readonly workers: number;
  readonly memoryLimit: number;
}

/** A data set that is grouped, with what is known of its groups. */
export interface GroupedDataset {
  readonly parts: DatasetParts;
  groups(unitBytes: number, options: Omit<OpenOptions, 'memoryLimit' | 'spillTo'>): Promise<DatasetGroups>;
}

/** Tables in memory are there twice: as they are read, and split by groups. */
const COPIES = 2;
/** The most bytes that a thread reads at once, and the share of the limit. */
const UNIT_BYTES = 32 * 1024 * 1024;
const UNIT_SHARE = 1 / 32;
/** A unit that is read takes this many times its bytes: its rows, as they are moved, and the decoder's. */
const UNIT_COPIES = 3;

/**
 * Brings the groups of a data set into memory if they fit below the limit, and else deals their rows out to
 * files. The caller removes these.
 */
export async function openGroups(grouped: GroupedDataset, options: OpenOptions): Promise<OpenedGroups> {
  const { memoryLimit, signal, progress, spillTo = tmpdir() } = options;
  const { dataset } = grouped.parts;
  const task = await Dataset.readTask(dataset);
  const estimated = task.parts.reduce((sum, part) => sum + part.bytes, 0);
  if (estimated * COPIES <= memoryLimit) return readWhole(grouped.parts, options);
  const groups = await grouped.groups(unitBytesOf(memoryLimit), options);
  const read = task.parts.reduce((sum, part) => sum + (part.numRows ?? Number.NaN), 0);
  // With `where`, fewer rows come than the parts have.
  const bytes = read > 0 ? (estimated / read) * groups.numRows : estimated;
  if (bytes * COPIES <= memoryLimit) return readWhole(grouped.parts, options);
  const rowBytes = bytes / Math.max(1, groups.numRows);
  const buckets = dealOut(groups, rowBytes, memoryLimit);
  const largest = groups.units.reduce((most, unit) => Math.max(most, unit.bytes), 1);
  const atOnce = Math.max(1, Math.floor(memoryLimit / (largest * UNIT_COPIES)));
  const { units, places } = groups;
  const firstRows = options.keepsRows ? groups.firstRows : undefined;
  progress?.begin('spill', units.length, { groups: groups.count, rows: groups.starts[groups.count], bytes });
  const spill = await Spill.write(
    { task: groups.task, units, places, bounds: buckets.bounds, firstRows, bytes, parent: spillTo },
    {
      workers: Math.min(options.workers, atOnce),
      signal,
      onProgress: (done) => progress?.update(done, 0, (bytes * done) / units.length),
    },
  );
  try {
    const ranges = rangesOf(groups, buckets, spill, memoryLimit);
    return { kind: 'spilled', groups, spill, ranges, workers: options.workers, memoryLimit };
  } catch (error) {
    await spill.remove();
    throw error;
  }
}

/** Returns the most bytes that a thread reads at once, below a limit of memory. */
export const unitBytesOf = (limit: number): number => Math.min(UNIT_BYTES, limit * UNIT_SHARE);

async function readWhole(
  { dataset, by, options }: DatasetParts,
  { signal, progress }: OpenOptions,
): Promise<OpenedGroups> {
  const table = await dataset.read({
    signal,
    progress: progress?.forReading(),
  });
  return {
    kind: 'whole',
    grouped: new GroupBy<object>({ table, kind: 'arrow' }, keyColumns(table, by), options),
  };
}
