import './load-arrow/index.js';

import { createApartGroupKernel } from './groups/apart/apart-kernel.js';
import { createGroupKernel } from './groups/group-kernel.js';
import { createSplitKernel } from './groups/split-kernel.js';
import type { FirstKernel, KernelMakers, KernelName } from './run/index.js';
import { type RunTask, serve, serveParent } from './run/worker.js';

/*
 * All kernels there are, with the apache-arrow that modules of the program import. It is one of the two files
 * that a thread begins with; `worker.ts` is the other.
 */

/** Kernels that most calls on groups do not need. Together, since a file each loads slower. */
const others = () => import('./other-kernels.js');

/** Ahead of the calls, whose timeouts count all that happens during them. */
async function calls() {
  const loaded = await others();
  await loaded.loadShipping();
  return loaded;
}

export const makers: KernelMakers = {
  createGroupKernel: () => createGroupKernel,
  createApartGroupKernel: () => createApartGroupKernel,
  createSplitKernel: () => createSplitKernel,
  createApartCallKernel: async () => (await calls()).createApartCallKernel,
  createCallKernel: async () => (await calls()).createCallKernel,
  createEncodeKernel: async () => (await others()).createEncodeKernel,
  createHashKernel: async () => (await others()).createHashKernel,
  createReadKernel: async () => (await others()).createReadKernel,
  createKeyKernel: async () => (await others()).createKeyKernel,
  createScatterKernel: async () => (await others()).createScatterKernel,
  createLoadKernel: async () => (await others()).createLoadKernel,
};

/** Makes this thread a worker, whose first job has the kernel `first`. */
export const begin = (first: FirstKernel): Promise<RunTask> =>
  serve({ own: makers, all: async () => makers }, first);

/** Makes this process a worker, whose first job has the kernel `first`. */
export const beginApart = (first: KernelName): Promise<void> =>
  serveParent({ own: makers, all: async () => makers }, first);
