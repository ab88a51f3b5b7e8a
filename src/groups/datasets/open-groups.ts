import type { Spill } from '../../files/index.js';
import type { GroupBy } from '../frame-groupby.js';
import type { DatasetGroups } from './dataset-groups.js';
import { bytesOfGroups, COPIES, estimatedBytes, unitBytesOf } from './estimate.js';
import { dealOut, rangesOf } from './group-ranges.js';
import type { OpenOptions } from './open-options.js';
import type { DatasetParts } from './parts.js';
import { type RangedGroups, rangedGroups } from './ranged-groups.js';
import { readWhole } from './read-whole.js';
import { sideOf, spillGroups } from './spill-groups.js';

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

/**
 * Brings the groups of a data set into memory if they fit below the limit, and else deals their rows out to
 * files. The caller removes these.
 */
export async function openGroups(grouped: GroupedDataset, options: OpenOptions): Promise<OpenedGroups> {
  const { memoryLimit, keepsRows, workers } = options;
  const estimated = await estimatedBytes(grouped.parts.dataset);
  if (estimated * COPIES <= memoryLimit) {
    return { kind: 'whole', grouped: await readWhole(grouped.parts, options) };
  }
  const groups = await grouped.groups(unitBytesOf(memoryLimit), options);
  const bytes = bytesOfGroups(groups, estimated);
  if (bytes * COPIES <= memoryLimit) {
    return { kind: 'whole', grouped: await readWhole(grouped.parts, options) };
  }
  const rowBytes = bytes / Math.max(1, groups.numRows);
  const { starts, sizes } = groups;
  const dealing = { bytesOf: (group: number) => sizes[group] * rowBytes, limit: memoryLimit, workers };
  const buckets = dealOut(groups, dealing);
  const spill = await spillGroups({ ...groups, keepsRows }, bytes, buckets, options);
  try {
    const bytesIn = (bucket: number) => {
      const [begin, end] = buckets.groups.slice(bucket, bucket + 2);
      const each = spill.bytesOf(bucket) / Math.max(1, starts[end] - starts[begin]);
      return (group: number) => sizes[group] * each;
    };
    const ranges = rangesOf(groups, buckets, bytesIn, memoryLimit);
    const side = sideOf(spill, groups, workers);
    const ranged = rangedGroups(groups, [side], ranges, memoryLimit);
    return { ...ranged, kind: 'spilled', groups, spill, workers };
  } catch (error) {
    await spill.remove();
    throw error;
  }
}
