import './load-arrow/index.js';

import { createGroupKernel } from './groups/group-kernel.js';
import { createSplitKernel } from './groups/split-kernel.js';
import { serve } from './run/worker.js';

/* The entry of a worker thread: all kernels there are. Those that the first call on groups needs load now. */

const rest = () => import('./worker-rest.js');

/** See {@link serve}. */
export const tasks = serve({
  createGroupKernel: () => createGroupKernel,
  createSplitKernel: () => createSplitKernel,
  createCallKernel: async () => (await rest()).createCallKernel,
  createEncodeKernel: async () => (await rest()).createEncodeKernel,
  createHashKernel: async () => (await rest()).createHashKernel,
  createReadKernel: async () => (await rest()).createReadKernel,
});
