import { createControl, progressOf, stop } from './control.js';
import type { Job, JobEvents, Kernel } from './kernel.js';
import { work } from './work.js';

/** Runs a job in this thread, letting timers and I/O in between claims. */
export async function runInline(
  kernel: Kernel,
  job: Omit<Job, 'kernel'>,
  events: JobEvents,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const undone: number[] = [];
  let control = createControl(1);
  let order: Int32Array | undefined;
  let { count, batchSize } = job;
  const before = { count: 0, weight: 0 };
  const report = () => {
    const done = progressOf(control);
    events.onProgress?.({ count: before.count + done.count, weight: before.weight + done.weight });
  };
  /** Ends the wait for the function that runs now; it may well never end. */
  let leave: (() => void) | undefined;
  const end = () => {
    stop(control);
    over.abort();
    leave?.();
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    for (;;) {
      if (signal.aborted) return;
      await work({
        kernel,
        control,
        worker: 0,
        workers: 1,
        count,
        weights: job.weights,
        order,
        batchSize,
        signal: over.signal,
        attend: (_, run) => {
          const running = run();
          if (running === undefined) return;
          return new Promise((resolve, reject) => {
            leave = resolve;
            running.then(resolve, reject);
          });
        },
        emitResults: (results) => events.onResults(results),
        emitUndone: (indices) => {
          for (const index of indices) undone.push(index);
        },
        emitFailure: (index, error) => {
          if (!events.onFailure({ index, kind: 'error', error })) end();
        },
        pause: async () => {
          report();
          await new Promise(setImmediate);
        },
      });
      report();
      if (undone.length === 0 || over.signal.aborted) return;
      events.onRerun?.(undone);
      const done = progressOf(control);
      before.count += done.count;
      before.weight += done.weight;
      order = Int32Array.from(undone.splice(0));
      count = order.length;
      batchSize = 1;
      control = createControl(1);
    }
  } finally {
    signal.removeEventListener('abort', end);
  }
}
