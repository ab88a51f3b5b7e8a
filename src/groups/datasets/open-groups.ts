import { tmpdir } from 'node:os';
import { Dataset, Spill } from '../../files/index.js';
import { GroupBy } from '../frame-groupby.js';
import { keyColumns } from '../key-columns.js';
import type { DatasetGroups } from './dataset-groups.js';
import { type Buckets, dealOut, rangesOf } from './group-ranges.js';
import type { DatasetParts } from './parts.js';
import type { DatasetProgress } from './progress.js';
import { type RangedGroups, type RangedSide, rangedGroups } from './ranged-groups.js';

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

/** The groups of a data set that lie in files. */
export interface SpilledGroups extends RangedGroups {
  readonly kind: 'spilled';
  readonly groups: DatasetGroups;
  readonly spill: Spill;
  readonly workers: number;
}

/** A data set that is grouped, with what is known of its groups. */
export interface GroupedDataset {
  readonly parts: DatasetParts;
  groups(unitBytes: number, options: Omit<OpenOptions, 'memoryLimit' | 'spillTo'>): Promise<DatasetGroups>;
}

/** Tables in memory are there twice: as they are read, and split by groups. */
export const COPIES = 2;
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
  const { memoryLimit, keepsRows } = options;
  const estimated = await estimatedBytes(grouped.parts.dataset);
  if (estimated * COPIES <= memoryLimit) return readGroups(grouped.parts, options);
  const groups = await grouped.groups(unitBytesOf(memoryLimit), options);
  const bytes = bytesOfGroups(groups, estimated);
  if (bytes * COPIES <= memoryLimit) return readGroups(grouped.parts, options);
  const rowBytes = bytes / Math.max(1, groups.numRows);
  const { starts, sizes } = groups;
  const buckets = dealOut(groups, (group) => sizes[group] * rowBytes, memoryLimit);
  const spill = await spillGroups({ ...groups, keepsRows }, bytes, buckets, options);
  try {
    const bytesIn = (bucket: number) => {
      const [begin, end] = buckets.groups.slice(bucket, bucket + 2);
      const each = spill.bytesOf(bucket) / Math.max(1, starts[end] - starts[begin]);
      return (group: number) => sizes[group] * each;
    };
    const ranges = rangesOf(groups, buckets, bytesIn, memoryLimit);
    const side = sideOf(spill, groups, options.workers);
    const ranged = rangedGroups(groups, [side], ranges, memoryLimit);
    return { ...ranged, kind: 'spilled', groups, spill, workers: options.workers };
  } catch (error) {
    await spill.remove();
    throw error;
  }
}

/** Estimates the bytes of the rows of a data set from what its files tell. */
export async function estimatedBytes(dataset: Dataset): Promise<number> {
  const { parts } = await Dataset.readTask(dataset);
  return parts.reduce((sum, part) => sum + part.bytes, 0);
}

/** Scales an estimate to the rows that were counted: with `where`, fewer come than the files have. */
export function bytesOfGroups(
  { task, numRows }: Pick<DatasetGroups, 'task' | 'numRows'>,
  estimated: number,
): number {
  const read = task.parts.reduce((sum, part) => sum + (part.numRows ?? Number.NaN), 0);
  return read > 0 ? (estimated / read) * numRows : estimated;
}

/** Groups of a data set that are to be spilled. */
export interface SpilledRows
  extends Pick<DatasetGroups, 'task' | 'units' | 'count' | 'starts' | 'places' | 'firstRows'> {
  readonly keepsRows?: boolean;
}

/** Deals the rows of groups out to the files of buckets. */
export async function spillGroups(
  { task, units, places, starts, count, ...rows }: SpilledRows,
  bytes: number,
  buckets: Buckets,
  { memoryLimit, spillTo = tmpdir(), workers, signal, progress }: OpenOptions,
): Promise<Spill> {
  const bounds = Int32Array.from(buckets.groups, (group) => starts[group]);
  const largest = units.reduce((most, unit) => Math.max(most, unit.bytes), 1);
  const atOnce = Math.max(1, Math.floor(memoryLimit / (largest * UNIT_COPIES)));
  const firstRows = rows.keepsRows ? rows.firstRows : undefined;
  progress?.begin('spill', units.length, { groups: count, rows: starts[count], bytes });
  return Spill.write(
    { task, units, places, bounds, firstRows, bytes, parent: spillTo },
    {
      workers: Math.min(workers, atOnce),
      signal,
      onProgress: (done) => progress?.update(done, 0, (bytes * done) / units.length),
    },
  );
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

/** Returns the most bytes that a thread reads at once, below a limit of memory. */
export const unitBytesOf = (limit: number): number => Math.min(UNIT_BYTES, limit * UNIT_SHARE);

async function readGroups(parts: DatasetParts, options: OpenOptions): Promise<OpenedGroups> {
  return { kind: 'whole', grouped: await readWhole(parts, options) };
}

/** Reads all rows of a data set into memory, and groups them. */
export async function readWhole(
  { dataset, by, options }: DatasetParts,
  { signal, progress }: Pick<OpenOptions, 'signal' | 'progress'>,
): Promise<GroupBy<object>> {
  const table = await dataset.read({ signal, progress: progress?.forReading() });
  return new GroupBy<object>({ table, kind: 'arrow' }, keyColumns(table, by), options);
}
