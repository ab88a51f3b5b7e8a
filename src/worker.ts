import './load-arrow/index.js';

import { createGroupKernel } from './groups/group-kernel.js';
import { createSplitKernel } from './groups/split-kernel.js';
import { serve, type WorkerTasks } from './run/worker.js';

/*
 * The file that a thread begins with if its first function imports nothing. The build puts apache-arrow into
 * it, so it loads several times faster. Kernels whose functions import modules come from `kernels.ts`, with
 * the same apache-arrow as those modules.
 */

/** Makes this thread a worker. */
export const begin = (): WorkerTasks =>
  serve({
    own: { createGroupKernel: () => createGroupKernel, createSplitKernel: () => createSplitKernel },
    all: async () => (await import('./kernels.js')).makers,
  });
