import { reviveError } from '../values/index.js';
import { runBeginnersFirst } from './beginners.js';
import { ClaimLedger } from './claim-ledger.js';
import { initializerDeath } from './death-kinds.js';
import type { Failure, Job, JobEvents, JobProgress, WaitsFor } from './job.js';
import {
  busyOf,
  type Claim,
  clearClaim,
  createControl,
  hasClaims,
  lastActivity,
  overduePosition,
  progressOf,
  stopJob,
  truncate,
  unclaimedCount,
} from './job-control.js';
import type { PassResult, PassState } from './pass-state.js';
import { poolEndError } from './pool.js';
import { endTasks, type ProgressMessage, type Task, type WorkerLease } from './task.js';

const PROGRESS_MS = 100;
/** How many threads in a row may die in one place before they report anything; then the job fails. */
const MAX_FAILED_STARTS = 3;
/** Timeouts are checked at intervals of this part of the timeout, between 5 and 250 milliseconds. */
const TIMEOUT_PART = 1 / 8;

/**
 * One pass over positions first … count-1 of a job, with a task for each worker. Replaces workers that die.
 */
export class JobPass {
  readonly #control;
  readonly #ledger: ClaimLedger;
  readonly #tasks = new Map<number, Task>();
  /** The position at which each worker was killed because of the timeout. */
  readonly #killedAt = new Map<number, number>();
  /** Workers that have sent a message during their current task. */
  readonly #reported = new Set<number>();
  #isStopped = false;
  #broken: { readonly error: unknown } | undefined;

  constructor(
    readonly job: Job,
    readonly workers: number,
    readonly state: PassState,
    readonly lease: WorkerLease,
    readonly events: JobEvents,
    readonly signal: AbortSignal,
  ) {
    this.#control = createControl(workers, state.first);
    this.#ledger = new ClaimLedger(job, workers, state, this.#control);
  }

  async run(): Promise<PassResult> {
    const onAbort = () => this.#stop();
    const { ended } = this.lease;
    this.signal.addEventListener('abort', onAbort, { once: true });
    const onPoolEnd = () => this.#giveUp(poolEndError(ended.reason));
    ended.addEventListener('abort', onPoolEnd, { once: true });
    const timers = this.#startTimers();
    try {
      if (ended.aborted) onPoolEnd();
      else if (!this.signal.aborted) {
        await runBeginnersFirst(this.workers, this.job.beginners, {
          run: (worker) => this.#runWorker(worker),
          hasWork: () => !this.#isStopped && unclaimedCount(this.#control, this.job.count) > 0,
          onOthers: () => this.#guard(() => this.events.onMoreWorkers?.()),
        });
      }
    } finally {
      for (const timer of timers) clearInterval(timer);
      this.signal.removeEventListener('abort', onAbort);
      ended.removeEventListener('abort', onPoolEnd);
    }
    this.#reportProgress();
    if (this.#broken) throw this.#broken.error;
    const { count } = this.job;
    const busyMs = busyOf(this.#control);
    if (this.#isStopped || this.signal.aborted) return { lost: [], next: count, busyMs };
    const next = count - unclaimedCount(this.#control, count);
    const { failed } = this.state;
    const lost = this.#ledger.lostBefore(next).filter((index) => index < failed.first);
    return { lost, next, busyMs };
  }

  progress(): JobProgress {
    const { count, weight } = progressOf(this.#control);
    const { before } = this.state;
    const { correction } = this.#ledger;
    return {
      count: before.count + correction.count + count,
      weight: before.weight + correction.weight + weight,
    };
  }

  #startTimers(): NodeJS.Timeout[] {
    const timers: NodeJS.Timeout[] = [];
    if (this.events.onProgress) timers.push(setInterval(() => this.#reportProgress(), PROGRESS_MS));
    const { timeout } = this.job;
    if (timeout !== undefined) {
      const every = Math.min(Math.max(timeout * TIMEOUT_PART, 5), 250);
      timers.push(setInterval(() => this.#killOverdue(timeout), every));
    }
    return timers;
  }

  #reportProgress(): void {
    this.#refresh();
    this.#guard(() => this.events.onProgress?.({ ...this.progress(), waitsFor: this.#waitsFor() }));
  }

  #waitsFor(): WaitsFor | undefined {
    if (hasClaims(this.#control, this.state.first)) return undefined;
    return this.lease.isStarting() ? 'workers' : 'kernel';
  }

  #refresh(): void {
    for (const task of this.#tasks.values()) task.refresh?.();
  }

  /** Calls listeners: an error they throw ends the job, not the process. */
  #guard(body: () => void): void {
    try {
      body();
    } catch (error) {
      this.#giveUp(error);
    }
  }

  #giveUp(error: unknown): void {
    this.#broken ??= { error };
    this.#stop();
  }

  /** Stops the job: no further index starts, and functions that do not end soon lose their threads. */
  #stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    stopJob(this.#control);
    endTasks([...this.#tasks.values()]);
  }

  /** Ends the work on indices after a failed one, if the job runs until its first failure. */
  #truncateAfter(index: number): void {
    const { order, failed } = this.state;
    if (!this.job.untilFailure || index >= failed.first) return;
    failed.first = index;
    const position = order ? order.indexOf(index) : index;
    truncate(this.#control, position + 1);
    this.#refresh();
    const isBeyond = (worker: number) => {
      const { from, to } = lastActivity(this.#control, worker);
      return from > position && from < to;
    };
    endTasks([...this.#tasks].filter(([worker]) => isBeyond(worker)).map(([, task]) => task));
  }

  /** Returns whether a failure has left nothing to claim. */
  #isCutShort(): boolean {
    const { count } = this.job;
    return this.state.failed.first < count && unclaimedCount(this.#control, count) === 0;
  }

  /** Kills the workers that run one index for longer than the timeout. */
  #killOverdue(timeout: number): void {
    this.#refresh();
    for (const [worker, task] of this.#tasks) {
      if (this.#isStopped || task.isOver || this.#killedAt.has(worker)) continue;
      const position = overduePosition(this.#control, worker, timeout);
      if (position === undefined) continue;
      this.#killedAt.set(worker, position);
      task.kill();
    }
  }

  /** Runs one task after another in a worker's place, until the work is done or the pass pauses. */
  async #runWorker(worker: number): Promise<void> {
    let failedStarts = 0;
    for (;;) {
      const end = await this.#runTask(worker);
      if (this.#isStopped || end === 'done' || end === 'paused') return;
      if (end === 'yielded') continue;
      const death = this.#ledger.recordDeath(worker, end, this.#killedAt.get(worker));
      if (death?.failure) {
        const { failure } = death;
        this.#guard(() => this.#fail(failure));
      }
      const hasWorked = death !== undefined || this.#reported.has(worker) || this.#killedAt.has(worker);
      failedStarts = hasWorked ? 0 : failedStarts + 1;
      this.#killedAt.delete(worker);
      if (this.#isStopped || this.#isCutShort()) return;
      if (failedStarts === MAX_FAILED_STARTS) {
        if (this.job.initializes) {
          this.#giveUp(initializerDeath(worker, end));
          return;
        }
        const reason = end.error ?? new Error('they end before they have done any work');
        this.#giveUp(poolEndError(reason));
        await this.lease.end(reason);
        return;
      }
      clearClaim(this.#control, worker);
    }
  }

  async #runTask(worker: number) {
    const { kernel, count, weights, batchSize, untilFailure, timeout, timings } = this.job;
    const { order, backlog, retries } = this.state;
    const message = {
      kernel,
      control: this.#control,
      worker,
      workers: this.workers,
      count,
      weights,
      order,
      batchSize,
      untilFailure,
      retriesLeft: retries?.left,
      isTimed: timeout !== undefined,
      backlog: backlog?.counter,
      timings,
    };
    const task = this.lease.start(message, (received) =>
      this.#guard(() => this.#onMessage(received, worker)),
    );
    this.#tasks.set(worker, task);
    this.#reported.delete(worker);
    const end = await task.end;
    this.#tasks.delete(worker);
    return end;
  }

  #onMessage(message: ProgressMessage, worker: number): void {
    this.#reported.add(worker);
    switch (message.type) {
      case 'results':
        this.#ledger.recordClaim(worker, message.claimed);
        if (!this.#isStopped) this.#deliver(message.results, message.claimed);
        break;
      case 'rerun':
        this.#ledger.recordClaim(worker, message.claimed);
        this.#ledger.recordLost(message.indices);
        break;
      case 'failure':
        this.#ledger.recordFailure(message.index);
        this.#fail({ index: message.index, kind: 'error', error: reviveError(message.error) });
        break;
      case 'late':
        this.#fail({ index: message.index, kind: 'late', error: reviveError(message.error) });
        break;
      case 'broken':
        // A thread that is killed while it loads the kernel can report an error of its own end.
        if (!this.#isStopped) this.#giveUp(reviveError(message.error));
    }
  }

  #deliver(results: unknown, { from, to }: Claim): void {
    const taken = this.state.backlog?.receive() ?? (() => {});
    this.events.onResults({ results, indices: this.#indicesAt(from, to), taken });
  }

  /**
   * Returns the indices of a claim that do not run again, computed when iterated: jobs of thousands of calls
   * never ask for them.
   */
  #indicesAt(from: number, to: number): Iterable<number> {
    const { order } = this.state;
    const ledger = this.#ledger;
    return {
      *[Symbol.iterator]() {
        for (let at = from; at < to; at++) {
          const index = order ? order[at] : at;
          if (!ledger.isRetried(index)) yield index;
        }
      },
    };
  }

  #fail(given: Failure): void {
    const { retries } = this.state;
    const failure = retries ? retries.numbered(given) : given;
    if (retries?.take(failure)) {
      this.#ledger.recordRetry(failure.index);
      if (!this.#isStopped) this.events.onRetry?.(failure);
      return;
    }
    if (failure.kind !== 'late') this.#truncateAfter(failure.index);
    if (!this.#isStopped && !this.events.onFailure(failure)) this.#stop();
  }
}
