import { setMaxListeners } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { markWorker } from '../util/index.js';
import { describeError } from '../values/index.js';
import { type LoopEnd, runClaimLoop } from './claim-loop.js';
import { type KernelName, loadMaker, type WorkerKernels } from './kernel.js';
import type { FirstKernel, LoadMessage, StopMessage, TaskMessage, WorkerMessage } from './protocol.js';
import { trackJob, watchUncaughtErrors } from './uncaught-errors.js';
import { flushLogs } from './worker-logs.js';

export { serveParent } from './processes/serve.js';

/** Works on a job until nothing is left to claim, or loads a kernel. */
export type RunTask = (task: TaskMessage | LoadMessage) => Promise<void>;

/** Makes this thread a worker that can make these kernels, and loads the one that its first job needs. */
export async function serve(kernels: WorkerKernels, first: FirstKernel): Promise<RunTask> {
  markWorker();
  watchUncaughtErrors((message) => parentPort?.postMessage(message));
  const load = async (kernel: KernelName) => {
    await loadMaker(kernel, kernels);
    if (first.loaded) Atomics.add(first.loaded, 0, 1);
  };
  await load(first);
  return (task) => ('load' in task ? load(task.load) : runTask(task, kernels));
}

/** The least time a worker stays with one job while another waits. */
const SLICE_MS = 100;
/** A slice lasts at least this many times as long as loading the kernel, so that loading hardly counts. */
const SLICE_LOADS = 10;

async function runTask(task: TaskMessage, kernels: WorkerKernels): Promise<void> {
  const { port, kernel: source, queueSize, ...params } = task;
  const post = (message: WorkerMessage) => port.postMessage(message);
  const over = new AbortController();
  // Each group may add a listener; without this, Node would warn of a leak.
  setMaxListeners(0, over.signal);
  port.on('message', (message: StopMessage) => {
    if (message.type === 'stop') over.abort();
  });
  const { runIndex, end } = trackJob(post);
  const started = performance.now();
  let why: LoopEnd = 'done';
  try {
    const make = await loadMaker(source, kernels);
    const kernel = await make(source.data as never, params.worker);
    const loaded = performance.now();
    const sliceEnd = loaded + Math.max(SLICE_MS, (loaded - started) * SLICE_LOADS);
    why = await runClaimLoop(params, {
      kernel,
      signal: over.signal,
      runIndex,
      emitResults: (results, claimed) => post({ type: 'results', results, claimed }),
      emitRerun: (indices, claimed) => post({ type: 'rerun', indices, claimed }),
      emitFailure: (index, error) => post({ type: 'failure', index, error: describeError(error) }),
      shouldYield: () => Atomics.load(queueSize, 0) !== 0 && performance.now() > sliceEnd,
    });
  } catch (error) {
    post({ type: 'broken', error: describeError(error) });
  } finally {
    end();
    post({ type: 'end', why, logs: await flushLogs() });
  }
}
