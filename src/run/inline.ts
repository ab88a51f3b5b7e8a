import { setMaxListeners } from 'node:events';
import { work } from './claim-loop.js';
import type { Failure, Job, JobEvents } from './job.js';
import { type Claim, createControl, progressOf, stop, unclaimed } from './job-control.js';
import type { Kernel } from './kernel.js';
import { ResultBacklog } from './result-backlog.js';
import { isTimeout, runWithTimeout } from './run-with-timeout.js';

/** Runs a job in this thread, letting timers and I/O in between claims. */
export async function runInline(
  kernel: Kernel,
  job: Omit<Job, 'kernel'>,
  events: JobEvents,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  // Every group may listen; many groups are no leak.
  setMaxListeners(0, over.signal);
  const backlog = job.maxBacklog === undefined ? undefined : new ResultBacklog(job.maxBacklog);
  const undone: number[] = [];
  /** The first index that has failed, of a job that goes until then. */
  let failed = Number.POSITIVE_INFINITY;
  const before = { count: 0, weight: 0 };
  let control = createControl(1);
  let broken: { readonly error: unknown } | undefined;
  const end = () => {
    stop(control);
    over.abort();
  };

  /** What is left of positions first … count-1, until the backlog is full. */
  const pass = async (count: number, first: number, order: Int32Array | undefined, batchSize?: number) => {
    control = createControl(1, first);
    const report = () => {
      const done = progressOf(control);
      events.onProgress?.({ count: before.count + done.count, weight: before.weight + done.weight });
    };
    const indices = ({ from, to }: Claim) =>
      Array.from({ length: to - from }, (_, k) => (order ? order[from + k] : from + k));
    await work(
      {
        control,
        worker: 0,
        workers: 1,
        count,
        weights: job.weights,
        order,
        batchSize,
        untilFailure: job.untilFailure,
        isTimed: false,
        backlog: backlog?.gauge,
        timings: job.timings,
      },
      {
        kernel,
        signal: over.signal,
        attend: (_, run) => runWithTimeout(run, over.signal, job.timeout),
        emitResults: (results, claimed) => {
          const taken = backlog?.receive() ?? (() => {});
          try {
            events.onResults({ results, indices: indices(claimed), taken });
          } catch (error) {
            // The fault of who listens, not of the results.
            broken ??= { error };
            end();
          }
        },
        emitUndone: (lost) => {
          for (const index of lost) undone.push(index);
        },
        emitFailure: (index, error) => {
          if (job.untilFailure) failed = Math.min(failed, index);
          if (!events.onFailure(failureOf(index, error))) end();
        },
        turn: async () => {
          report();
          await new Promise(setImmediate);
        },
      },
    );
    report();
    const done = progressOf(control);
    before.count += done.count;
    before.weight += done.weight;
    return count - unclaimed(control, count);
  };

  signal.addEventListener('abort', end, { once: true });
  try {
    const count = job.indices?.length ?? job.count;
    for (let first = 0; first < count && !over.signal.aborted && !signal.aborted; ) {
      const next = await pass(count, first, job.indices, job.batchSize);
      while (undone.length > 0 && !over.signal.aborted) {
        const again = undone.splice(0).filter((index) => index < failed);
        events.onRerun?.(again);
        const order = Int32Array.from(again);
        for (let at = 0; at < order.length && !over.signal.aborted; )
          at = await pass(order.length, at, order, 1);
      }
      if (next < count) await backlog?.low(over.signal);
      first = next;
    }
  } finally {
    signal.removeEventListener('abort', end);
  }
  if (broken) throw broken.error;
}

/** How an error in this thread counts. */
export const failureOf = (index: number, error: unknown): Failure =>
  isTimeout(error) ? { index, kind: 'timeout', error: undefined } : { index, kind: 'error', error };
