import { BatchSizer } from './batch-sizer.js';
import { clock } from './clock.js';
import {
  type Claim,
  claim,
  clearClaim,
  isPaused,
  isStopped,
  isWanted,
  type JobControl,
  markFinished,
  markStarted,
  pausePass,
  recordBusy,
  truncate,
  unclaimedCount,
  uncountFinished,
} from './job-control.js';
import type { Kernel } from './kernel.js';
import { type BacklogCounter, countDelivery } from './result-backlog.js';
import { recordEnd, recordStart, type Timings } from './timings.js';

/** One worker's parameters for the loop, in values that can be posted. */
export interface LoopParams {
  readonly control: JobControl;
  /** The worker's number, 0 … workers-1. */
  readonly worker: number;
  readonly workers: number;
  /** How many positions there are. */
  readonly count: number;
  /** How much work each index is, in any unit. */
  readonly weights: Int32Array;
  /** Maps position to index; without it, positions are indices. */
  readonly order?: Int32Array;
  readonly batchSize?: number;
  /** See `untilFailure` of the job. */
  readonly untilFailure?: boolean;
  /** index -> the attempts it has left; undefined for none. Lies in shared memory. */
  readonly retriesLeft?: Int32Array;
  /** True if the main thread watches how long an index runs. */
  readonly isTimed: boolean;
  readonly backlog?: BacklogCounter;
  readonly timings?: Timings;
}

/** A claim whose indices came with it, to a worker that does not have the job's order. */
export interface GivenClaim extends Claim {
  readonly indices?: Int32Array;
}

/** The loop's connection to the thread it runs in. */
export interface LoopHost {
  readonly kernel: Kernel;
  readonly signal: AbortSignal;
  /**
   * Returns the next claim of a worker that shares no memory with the job, or why there is none. Without it,
   * the loop claims from the job's counter.
   */
  nextClaim?(): Promise<GivenClaim | LoopEnd>;
  /** Called when the worker's words in the job's control have changed. */
  onMark?(): void;
  /** Sends the results of a claim. */
  emitResults(results: unknown, claimed: Claim): void;
  emitFailure(index: number, error: unknown): void;
  /** Asks, instead of sending the results of a claim, to run these of its indices again, one at a time. */
  emitRerun(indices: readonly number[], claimed: Claim): void;
  /** Calls `run` with what this thread needs around it; a signal passed to `run` replaces the job's. */
  runIndex(index: number, run: (signal?: AbortSignal) => void | Promise<void>): void | Promise<void>;
  /** Lets the other work of this thread run. Called between claims. */
  yieldToEventLoop?(): Promise<void>;
  /** Returns whether to leave the rest to other workers, or to later. Called between claims. */
  shouldYield?(): boolean;
}

/**
 * The reason why a loop ended: nothing is left or the job stopped; the backlog is full; another job waits.
 */
export type LoopEnd = 'done' | 'paused' | 'yielded';

/** Claims and runs indices until none is left or the job stops, in a worker thread or in the main thread. */
export async function runClaimLoop(params: LoopParams, host: LoopHost): Promise<LoopEnd> {
  const { control, worker, workers, count, weights, order, backlog, timings } = params;
  const { kernel, signal } = host;
  const needsClock = params.isTimed || timings !== undefined;
  const sizer = new BatchSizer(workers, params.batchSize);
  /** The indices of the current claim that have failed. */
  const failed = new Set<number>();
  /** The indices of the current claim, if they came with it. */
  let given: GivenClaim | undefined;

  while (!isStopped(control)) {
    const claimed: GivenClaim | LoopEnd = host.nextClaim ? await host.nextClaim() : nextClaim();
    if (typeof claimed === 'string') return claimed;
    given = claimed;
    const { from, to } = claimed;
    const started = performance.now();
    failed.clear();
    kernel.expect?.(weightOf(claimed));
    for (let position = from; position < to && shouldRun(position); position++) {
      // Awaits promises only: an await for each of many tiny groups would take longer than the groups do.
      const running = runAt(position);
      if (running !== undefined) await running;
    }
    deliver(claimed);
    clearClaim(control, worker);
    const took = performance.now() - started;
    recordBusy(control, worker, took);
    host.onMark?.();
    sizer.record(to - from, took);
    if (host.yieldToEventLoop) await host.yieldToEventLoop();
    if (host.shouldYield?.()) return 'yielded';
  }
  return 'done';

  function nextClaim(): Claim | LoopEnd {
    if (isPaused(control)) return 'paused';
    return claim(control, worker, sizer.next(unclaimedCount(control, count)), count) ?? 'done';
  }

  function indexAt(position: number): number {
    if (given?.indices) return given.indices[position - given.from];
    return order ? order[position] : position;
  }

  function weightOf({ from, to }: Claim): number {
    let weight = 0;
    for (let position = from; position < to; position++) weight += weights[indexAt(position)];
    return weight;
  }

  function shouldRun(position: number): boolean {
    return !isStopped(control) && isWanted(control, position);
  }

  function runAt(position: number): void | Promise<void> {
    const index = indexAt(position);
    const at = needsClock ? clock() : undefined;
    markStarted(control, worker, position, at);
    host.onMark?.();
    if (timings && at !== undefined) recordStart(timings, index, worker, at);
    try {
      const running = host.runIndex(index, (own = signal) => kernel.run(index, own));
      if (running === undefined) return finish(index);
      return running.catch((error: unknown) => fail(position, error)).then(() => finish(index));
    } catch (error) {
      fail(position, error);
      finish(index);
    }
  }

  function finish(index: number): void {
    markFinished(control, worker, weights[index]);
    if (timings) recordEnd(timings, index, clock());
    // The next start tells the same; only a watched time needs to know now.
    if (params.isTimed) host.onMark?.();
  }

  function fail(position: number, error: unknown): void {
    const index = indexAt(position);
    failed.add(index);
    // Truncates here, before the next index starts: the main thread may learn of the failure too late.
    const isFinal = params.retriesLeft === undefined || params.retriesLeft[index] === 0;
    if (params.untilFailure && isFinal) truncate(control, position + 1);
    host.emitFailure(index, error);
  }

  function deliver(claimed: Claim): void {
    try {
      host.emitResults(kernel.take(), claimed);
    } catch (error) {
      // Empties the kernel: a result that could not be sent must not come with the next claim.
      kernel.take();
      giveBack(claimed, error);
      return;
    }
    if (backlog && countDelivery(backlog)) pausePass(control);
  }

  /**
   * Handles results that could not be sent, mostly for want of memory. A claim of several indices runs again
   * one by one, which shows the index that causes it; a claim of one index fails with the error.
   */
  function giveBack(claimed: Claim, error: unknown): void {
    const { from, to } = claimed;
    const indices: number[] = [];
    for (let position = from; position < to && isWanted(control, position); position++) {
      const index = indexAt(position);
      if (failed.has(index)) continue;
      if (to - from === 1) {
        fail(position, error);
        return;
      }
      uncountFinished(control, worker, weights[index]);
      indices.push(index);
    }
    host.emitRerun(indices, claimed);
  }
}
