import './load-arrow/index.js';

import { availableParallelism } from 'node:os';
import { isMainThread, workerData } from 'node:worker_threads';
import * as arrow from 'apache-arrow';
import { notingGroups } from './groups/cluster/runner/noting-groups.js';
import { OWN_ARROW, serveTasks } from './groups/cluster/runner/serve.js';
import { createGroupKernel } from './groups/group-kernel.js';
import type { KernelName } from './run/index.js';
import { serveMain, singleThread } from './run/single-thread.js';
import { serve } from './run/worker.js';

/*
 * The program that executors of a cluster run, in one file. Its main thread splits the rows of a task and
 * watches a thread that runs the function, so that a function that hangs, exits or fills the heap costs its
 * group alone. `node cluster-runner.js 3 4 5` reads from descriptor 3, writes to descriptor 4, and notes in
 * the file 5 which group it works on: a native crash ends the whole process.
 */

(globalThis as { [key: symbol]: unknown })[Symbol.for(OWN_ARROW)] = arrow;

const descriptors = process.argv.slice(2);
const [input, output, note] = descriptors.map(Number);
const makers = {
  createGroupKernel: () => (note === undefined ? createGroupKernel : notingGroups(createGroupKernel, note)),
};

if (isMainThread) {
  watchParent();
  const lease = singleThread(new URL(import.meta.url), availableParallelism(), descriptors);
  serveTasks(input, output, lease).then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
} else {
  serveMain(serve({ own: makers, all: async () => makers }, workerData as KernelName));
}

/** Ends this process when the one that started it is gone; while a function runs, nobody reads the pipe. */
function watchParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, 1000).unref();
}
