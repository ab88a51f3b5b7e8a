import '../load-arrow/index.js';

import { reviveBatch, type WireBatch } from '../arrow/index.js';
import { type GroupCacheTask, type GroupRows, GroupTracker } from '../cache/index.js';
import type { Kernel, KernelSource } from '../run/index.js';

/*
 * Hashes the groups of a call that has a cache, in a worker or in this thread. The digests go to shared
 * memory; there are no results.
 */

export interface HashTask extends Omit<GroupRows, 'batches'> {
  readonly batches: readonly WireBatch[];
  readonly cache: GroupCacheTask;
}

export const hashKernelSource = (data: HashTask): KernelSource => ({
  url: import.meta.url,
  name: createHashKernel.name,
  data,
});

export async function createHashKernel({ cache, batches, ...rows }: HashTask): Promise<Kernel> {
  return hashKernel(cache, { ...rows, batches: batches.map(reviveBatch) });
}

export function hashKernel(cache: GroupCacheTask, rows: GroupRows): Kernel {
  const tracker = new GroupTracker(cache, rows);
  return { run: (group) => tracker.hash(group), take: () => undefined };
}
