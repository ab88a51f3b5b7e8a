import './load-arrow/index.js';

import { createGroupKernel } from './groups/group-kernel.js';
import { createSplitKernel } from './groups/split-kernel.js';
import type { KernelName } from './run/index.js';
import { type RunTask, serve } from './run/worker.js';

/*
 * The file that a thread begins with if its first function imports nothing. The build puts apache-arrow into
 * it, so it loads several times faster. Kernels whose functions import modules come from `kernels.ts`, with
 * the same apache-arrow as those modules.
 */

const own = { createGroupKernel: () => createGroupKernel, createSplitKernel: () => createSplitKernel };
const all = async () => (await import('./kernels.js')).makers;

/** Makes this thread a worker, whose first job has the kernel `first`. */
export const begin = (first: KernelName): Promise<RunTask> => serve({ own, all }, first);
