import './load-arrow/index.js';

import { createCallKernel } from './calls/call-kernel.js';
import * as ownFunctions from './columns.js';
import { createApartGroupKernel } from './groups/apart/apart-kernel.js';
import { createGroupKernel } from './groups/group-kernel.js';
import { createSplitKernel } from './groups/split-kernel.js';
import type { FirstKernel, KernelMakers, KernelName } from './run/index.js';
import { type RunTask, serve, serveParent } from './run/worker.js';
import { provideOwnFunctions } from './ship/worker.js';

/*
 * The file that a thread begins with if its first function imports nothing. The build puts apache-arrow into
 * it, so it loads several times faster. Kernels whose functions import modules come from `kernels.ts`, with
 * the same apache-arrow as those modules; functions of this package are no reason for that.
 */

/** Kernels that read and write files: a part of this bundle, with the same apache-arrow. */
const files = () => import('./files/kernels.js');

const own: KernelMakers = {
  createGroupKernel: () => createGroupKernel,
  createApartGroupKernel: () => createApartGroupKernel,
  createSplitKernel: () => createSplitKernel,
  createCallKernel: () => createCallKernel,
  createEncodeKernel: async () => (await files()).createEncodeKernel,
  createReadKernel: async () => (await files()).createReadKernel,
  createKeyKernel: async () => (await files()).createKeyKernel,
  createScatterKernel: async () => (await files()).createScatterKernel,
  createLoadKernel: async () => (await files()).createLoadKernel,
};
provideOwnFunctions(ownFunctions);

const all = async () => (await import('./kernels.js')).makers;

/** Makes this thread a worker, whose first job has the kernel `first`. */
export const begin = (first: FirstKernel): Promise<RunTask> => serve({ own, all }, first);

/** Makes this process a worker, whose first job has the kernel `first`. */
export const beginApart = (first: KernelName): Promise<void> => serveParent({ own, all }, first);
