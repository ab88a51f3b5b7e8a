import '../load-arrow/index.js';

import { reviveBatch, type WireBatch } from '../arrow/index.js';
import { type GroupCacheTask, GroupDigests, type GroupRows } from '../cache/index.js';
import type { Kernel, KernelSource } from '../run/index.js';

/* Hashes the groups of a call that has a cache, in whichever thread. Digests go to shared memory; nothing comes back. */

export interface DigestTask extends Omit<GroupRows, 'batches'> {
  readonly batches: readonly WireBatch[];
  readonly cache: GroupCacheTask;
}

export const digestKernelSource = (data: DigestTask): KernelSource => ({
  url: import.meta.url,
  name: createDigestKernel.name,
  data,
});

export async function createDigestKernel({ cache, batches, ...rows }: DigestTask): Promise<Kernel> {
  return digestKernel(cache, { ...rows, batches: batches.map(reviveBatch) });
}

export function digestKernel(cache: GroupCacheTask, rows: GroupRows): Kernel {
  const digests = new GroupDigests(cache, rows);
  return { run: (group) => digests.note(group), take: () => undefined };
}
