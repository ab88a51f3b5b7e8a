import { setMaxListeners } from 'node:events';
import { runClaimLoop } from './claim-loop.js';
import type { Failure, Job, JobEvents } from './job.js';
import { type Claim, createControl, progressOf, stopJob, unclaimedCount } from './job-control.js';
import type { Kernel } from './kernel.js';
import { ResultBacklog } from './result-backlog.js';
import { Retries } from './retries.js';
import { isTimeout, runWithTimeout } from './timeout-in-this-thread.js';

/** Runs a job in this thread, and lets timers and I/O run between claims. */
export async function runInline(
  kernel: Kernel,
  job: Omit<Job, 'kernel'>,
  events: JobEvents,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  // Each group may add a listener; without this, Node would warn of a leak.
  setMaxListeners(0, over.signal);
  const backlog = job.maxBacklog === undefined ? undefined : new ResultBacklog(job.maxBacklog);
  const retries = Retries.of(job);
  /** Indices to run again: they failed, or their results could not be delivered. */
  const lost: number[] = [];
  /** Those of them that have failed. */
  const retried = new Set<number>();
  /** The first index that has failed, if the job runs until its first failure. */
  let failed = Number.POSITIVE_INFINITY;
  const before = { count: 0, weight: 0 };
  let control = createControl(1);
  let broken: { readonly error: unknown } | undefined;
  const end = () => {
    stopJob(control);
    over.abort();
  };

  /** Runs positions first … count-1, or until the backlog is full. Returns the first position not claimed. */
  const runPass = async (count: number, first: number, order: Int32Array | undefined, batchSize?: number) => {
    control = createControl(1, first);
    const report = () => {
      const done = progressOf(control);
      events.onProgress?.({ count: before.count + done.count, weight: before.weight + done.weight });
    };
    const indices = ({ from, to }: Claim) =>
      Array.from({ length: to - from }, (_, k) => (order ? order[from + k] : from + k)).filter(
        (index) => !retried.has(index),
      );
    await runClaimLoop(
      {
        control,
        worker: 0,
        workers: 1,
        count,
        weights: job.weights,
        order,
        batchSize,
        untilFailure: job.untilFailure,
        retriesLeft: retries?.left,
        isTimed: false,
        backlog: backlog?.counter,
        timings: job.timings,
      },
      {
        kernel,
        signal: over.signal,
        runIndex: (_, run) => runWithTimeout(run, over.signal, job.timeout),
        emitResults: (results, claimed) => {
          const taken = backlog?.receive() ?? (() => {});
          try {
            events.onResults({ results, indices: indices(claimed), taken });
          } catch (error) {
            // Catches the listener's error: the loop would take it for results that cannot be sent.
            broken ??= { error };
            end();
          }
        },
        emitRerun: (indices) => {
          for (const index of indices) lost.push(index);
        },
        emitFailure: (index, error) => {
          const given = failureOf(index, error);
          const failure = retries ? retries.numbered(given) : given;
          if (retries?.take(failure)) {
            lost.push(index);
            retried.add(index);
            // The loop counts the index as finished, now and when it runs again.
            before.count--;
            before.weight -= job.weights[index];
            events.onRetry?.(failure);
            return;
          }
          if (job.untilFailure) failed = Math.min(failed, index);
          if (!events.onFailure(failure)) end();
        },
        yieldToEventLoop: async () => {
          report();
          await new Promise(setImmediate);
        },
      },
    );
    report();
    const done = progressOf(control);
    before.count += done.count;
    before.weight += done.weight;
    return count - unclaimedCount(control, count);
  };

  signal.addEventListener('abort', end, { once: true });
  try {
    const count = job.indices?.length ?? job.count;
    for (let first = 0; first < count && !over.signal.aborted && !signal.aborted; ) {
      const next = await runPass(count, first, job.indices, job.batchSize);
      while (lost.length > 0 && !over.signal.aborted) {
        await retries?.wait(over.signal);
        retried.clear();
        const again = lost.splice(0).filter((index) => index < failed);
        if (over.signal.aborted || again.length === 0) break;
        events.onRerun?.(again);
        const order = Int32Array.from(again);
        for (let at = 0; at < order.length && !over.signal.aborted; )
          at = await runPass(order.length, at, order, 1);
      }
      if (next < count) await backlog?.untilLow(over.signal);
      first = next;
    }
  } finally {
    signal.removeEventListener('abort', end);
  }
  if (broken) throw broken.error;
}

/** Turns an error thrown in this thread into the failure of `index`. */
export const failureOf = (index: number, error: unknown): Failure =>
  isTimeout(error) ? { index, kind: 'timeout', error: undefined } : { index, kind: 'error', error };
