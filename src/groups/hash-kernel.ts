import '../load-arrow/index.js';

import { type PackedBatch, unpackBatch } from '../arrow/index.js';
import { type GroupCacheTask, type GroupRows, GroupTracker } from '../cache/index.js';
import type { Kernel, KernelSource } from '../run/index.js';
import { reviveOthers, type WireOtherRows } from './group-views.js';

/*
 * Hashes the groups of a call that has a cache, in a worker or in this thread. The digests go to shared
 * memory; there are no results.
 */

export interface HashTask extends Omit<GroupRows, 'batches' | 'others'> {
  readonly batches: readonly PackedBatch[];
  readonly others?: readonly WireOtherRows[];
  readonly cache: GroupCacheTask;
}

export const hashKernelSource = (data: HashTask): KernelSource => ({
  name: 'createHashKernel',
  data,
});

export async function createHashKernel({ cache, batches, others, ...rows }: HashTask): Promise<Kernel> {
  return hashKernel(cache, {
    ...rows,
    batches: batches.map(unpackBatch),
    others: reviveOthers(others),
  });
}

export function hashKernel(cache: GroupCacheTask, rows: GroupRows): Kernel {
  const tracker = new GroupTracker(cache, rows);
  return { run: (group) => tracker.hash(group), take: () => undefined };
}
