import { setMaxListeners } from 'node:events';
import { type LoopHost, runClaimLoop } from './claim-loop.js';
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
  const run = new InlineRun(kernel, job, events);
  const end = () => run.end();
  signal.addEventListener('abort', end, { once: true });
  try {
    if (!signal.aborted) await run.runAll();
  } finally {
    signal.removeEventListener('abort', end);
  }
  run.throwIfBroken();
}

class InlineRun {
  readonly #kernel: Kernel;
  readonly #job: Omit<Job, 'kernel'>;
  readonly #events: JobEvents;
  readonly #over = new AbortController();
  readonly #backlog: ResultBacklog | undefined;
  readonly #retries: Retries | undefined;
  /** Indices to run again: they failed, or their results could not be delivered. */
  readonly #lost: number[] = [];
  /** Those of them that have failed. */
  readonly #retried = new Set<number>();
  /** The first index that has failed, if the job runs until its first failure. */
  #failed = Number.POSITIVE_INFINITY;
  /** Counts of the passes before this one. */
  readonly #before = { count: 0, weight: 0 };
  #control = createControl(1);
  #broken: { readonly error: unknown } | undefined;

  constructor(kernel: Kernel, job: Omit<Job, 'kernel'>, events: JobEvents) {
    this.#kernel = kernel;
    this.#job = job;
    this.#events = events;
    // Each group may add a listener; without this, Node would warn of a leak.
    setMaxListeners(0, this.#over.signal);
    this.#backlog = job.maxBacklog === undefined ? undefined : new ResultBacklog(job.maxBacklog);
    this.#retries = Retries.of(job);
  }

  async runAll(): Promise<void> {
    const { indices, batchSize } = this.#job;
    const count = indices?.length ?? this.#job.count;
    for (let first = 0; first < count && !this.#over.signal.aborted; ) {
      const next = await this.#runPass(count, first, indices, batchSize);
      await this.#runLost();
      if (next < count) await this.#backlog?.untilLow(this.#over.signal);
      first = next;
    }
  }

  end(): void {
    stopJob(this.#control);
    this.#over.abort();
  }

  /** Throws the error of a listener. */
  throwIfBroken(): void {
    if (this.#broken) throw this.#broken.error;
  }

  /** Runs lost indices one by one, until they have results or have failed for good. */
  async #runLost(): Promise<void> {
    const { signal } = this.#over;
    while (this.#lost.length > 0 && !signal.aborted) {
      await this.#retries?.wait(signal);
      this.#retried.clear();
      const again = this.#lost.splice(0).filter((index) => index < this.#failed);
      if (signal.aborted || again.length === 0) break;
      this.#events.onRerun?.(again);
      const order = Int32Array.from(again);
      for (let at = 0; at < order.length && !signal.aborted; )
        at = await this.#runPass(order.length, at, order, 1);
    }
  }

  /** Runs positions first … count-1, or until the backlog is full. Returns the first position not claimed. */
  async #runPass(
    count: number,
    first: number,
    order: Int32Array | undefined,
    batchSize?: number,
  ): Promise<number> {
    const { weights, untilFailure, timings } = this.#job;
    const control = createControl(1, first);
    this.#control = control;
    await runClaimLoop(
      {
        control,
        worker: 0,
        workers: 1,
        count,
        weights,
        order,
        batchSize,
        untilFailure,
        retriesLeft: this.#retries?.left,
        isTimed: false,
        backlog: this.#backlog?.counter,
        timings,
      },
      this.#host(order),
    );
    this.#report();
    const done = progressOf(control);
    this.#before.count += done.count;
    this.#before.weight += done.weight;
    return count - unclaimedCount(control, count);
  }

  #host(order: Int32Array | undefined): LoopHost {
    const { signal } = this.#over;
    return {
      kernel: this.#kernel,
      signal,
      runIndex: (_, run) => runWithTimeout(run, signal, this.#job.timeout),
      emitResults: (results, claimed) => this.#deliver(results, this.#succeeded(claimed, order)),
      emitRerun: (indices) => {
        for (const index of indices) this.#lost.push(index);
      },
      emitFailure: (index, error) => this.#fail(failureOf(index, error)),
      yieldToEventLoop: async () => {
        this.#report();
        await new Promise(setImmediate);
      },
    };
  }

  /** Returns the indices of a claim but those that run again. */
  #succeeded({ from, to }: Claim, order: Int32Array | undefined): number[] {
    const indices = Array.from({ length: to - from }, (_, k) => (order ? order[from + k] : from + k));
    return indices.filter((index) => !this.#retried.has(index));
  }

  #deliver(results: unknown, indices: readonly number[]): void {
    const taken = this.#backlog?.receive() ?? (() => {});
    try {
      this.#events.onResults({ results, indices, taken });
    } catch (error) {
      // Catches the listener's error: the loop would take it for results that cannot be sent.
      this.#broken ??= { error };
      this.end();
    }
  }

  #fail(given: Failure): void {
    const { index } = given;
    const failure = this.#retries ? this.#retries.numbered(given) : given;
    if (this.#retries?.take(failure)) {
      this.#lost.push(index);
      this.#retried.add(index);
      // The loop counts the index as finished, now and when it runs again.
      this.#before.count--;
      this.#before.weight -= this.#job.weights[index];
      this.#events.onRetry?.(failure);
      return;
    }
    if (this.#job.untilFailure) this.#failed = Math.min(this.#failed, index);
    if (!this.#events.onFailure(failure)) this.end();
  }

  #report(): void {
    const { count, weight } = progressOf(this.#control);
    this.#events.onProgress?.({ count: this.#before.count + count, weight: this.#before.weight + weight });
  }
}

/** Turns an error thrown in this thread into the failure of `index`. */
export const failureOf = (index: number, error: unknown): Failure =>
  isTimeout(error) ? { index, kind: 'timeout', error: undefined } : { index, kind: 'error', error };
