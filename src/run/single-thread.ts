import { setMaxListeners } from 'node:events';
import { type MessagePort, parentPort, type TransferListItem, Worker } from 'node:worker_threads';
import { heapLimitMb } from './heap-limit.js';
import type { KernelName } from './kernel.js';
import type { LeasePool, PoolLease } from './pool.js';
import type { RunTask } from './worker.js';

/*
 * A pool of one thread, for a process that runs one job at a time and has one file for everything. It needs
 * no library.
 */

/** Asks the thread to run a task. */
interface TaskRequest {
  readonly task: unknown;
  readonly id: number;
}

/** Tells that the thread has left a task; `error` if the task could not begin. */
interface TaskDone {
  readonly type: 'task-done';
  readonly id: number;
  readonly error?: unknown;
}

/**
 * Returns what leases a pool of one thread that runs `file`. The thread starts with the first task, is kept,
 * and is replaced when it has ended. Its file calls {@link serveMain}.
 *
 * @param share how many such processes share the memory of the machine
 * @param argv arguments that the thread has in `process.argv`
 */
export function singleThread(file: URL, share: number, argv: readonly string[]): LeasePool {
  const ended = new AbortController();
  setMaxListeners(0, ended.signal);
  let thread: Worker | undefined;
  let ids = 0;
  const start = (kernel: KernelName): Worker => {
    const { name, isAlone } = kernel;
    const started = new Worker(file, {
      workerData: { name, isAlone },
      argv: [...argv],
      resourceLimits: { maxOldGenerationSizeMb: heapLimitMb(share) },
    });
    started.setMaxListeners(0);
    started.once('exit', () => {
      if (thread === started) thread = undefined;
    });
    return started;
  };
  const leaseFor = (kernel: KernelName): PoolLease => ({
    queueSize: new Int32Array(new SharedArrayBuffer(4)),
    isStarting: () => false,
    ended: ended.signal,
    async end() {
      await thread?.terminate();
    },
    run(task, transferList, signal) {
      thread ??= start(kernel);
      return runOn(thread, { task, id: ids++ }, transferList, signal);
    },
  });
  return (_size, kernel, job) => job(leaseFor(kernel));
}

/** Resolves when the thread has left the task; rejects when it has ended, or at once if it is killed. */
function runOn(
  thread: Worker,
  request: TaskRequest,
  transferList: readonly MessagePort[],
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: unknown;
    const settle = (finish: () => void) => {
      thread.off('message', onMessage);
      thread.off('error', onError);
      thread.off('exit', onExit);
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    // Functions may post messages of their own to this port; these are ignored.
    const onMessage = (message: Partial<TaskDone> | null) => {
      if (message?.type !== 'task-done' || message.id !== request.id) return;
      settle(() => ('error' in message ? reject(message.error) : resolve()));
    };
    const onError = (error: unknown) => {
      failure = error;
    };
    const onExit = () => settle(() => reject(failure));
    const onAbort = () => {
      thread.terminate().catch(() => {});
      settle(() => reject(new Error('the thread was ended')));
    };
    thread.on('message', onMessage);
    thread.on('error', onError);
    thread.on('exit', onExit);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else thread.postMessage(request, transferList as readonly TransferListItem[]);
  });
}

/** Runs the tasks that the thread of {@link singleThread} gets. */
export function serveMain(serving: Promise<RunTask>): void {
  const port = parentPort as MessagePort;
  port.on('message', async ({ task, id }: TaskRequest) => {
    const done: TaskDone = { type: 'task-done', id };
    try {
      await (await serving)(task as Parameters<RunTask>[0]);
      port.postMessage(done);
    } catch (error) {
      port.postMessage({ ...done, error });
    }
  });
}
