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

/** A loop under way. */
interface Loop {
  readonly params: LoopParams;
  readonly host: LoopHost;
  readonly sizer: BatchSizer;
  readonly needsClock: boolean;
  /** The indices of the current claim that have failed. */
  readonly failed: Set<number>;
  /** The indices of the current claim, if they came with it. */
  given: GivenClaim | undefined;
}

/** Claims and runs indices until none is left or the job stops, in a worker thread or in the main thread. */
export async function runClaimLoop(params: LoopParams, host: LoopHost): Promise<LoopEnd> {
  const { control, worker } = params;
  const loop: Loop = {
    params,
    host,
    sizer: new BatchSizer(params.workers, params.batchSize),
    needsClock: params.isTimed || params.timings !== undefined,
    failed: new Set(),
    given: undefined,
  };
  while (!isStopped(control)) {
    const claimed: GivenClaim | LoopEnd = host.nextClaim ? await host.nextClaim() : nextClaim(loop);
    if (typeof claimed === 'string') return claimed;
    loop.given = claimed;
    const { from, to } = claimed;
    const started = performance.now();
    loop.failed.clear();
    host.kernel.expect?.(weightOf(loop, claimed));
    for (let position = from; position < to && shouldRun(control, position); position++) {
      // Awaits promises only: an await for each of many tiny groups would take longer than the groups do.
      const running = runAt(loop, position);
      if (running !== undefined) await running;
    }
    deliver(loop, claimed);
    clearClaim(control, worker);
    const took = performance.now() - started;
    recordBusy(control, worker, took);
    host.onMark?.();
    loop.sizer.record(to - from, took);
    if (host.yieldToEventLoop) await host.yieldToEventLoop();
    if (host.shouldYield?.()) return 'yielded';
  }
  return 'done';
}

/* Functions of the loop instead of closures in it: V8 drops the compiled code of closures between calls. */

function nextClaim({ params, sizer }: Loop): Claim | LoopEnd {
  const { control, worker, count } = params;
  if (isPaused(control)) return 'paused';
  return claim(control, worker, sizer.next(unclaimedCount(control, count)), count) ?? 'done';
}

function indexAt({ given, params }: Loop, position: number): number {
  if (given?.indices) return given.indices[position - given.from];
  return params.order ? params.order[position] : position;
}

/** Returns the weight of all indices of a claim. */
function weightOf(loop: Loop, { from, to }: Claim): number {
  let weight = 0;
  for (let position = from; position < to; position++) weight += loop.params.weights[indexAt(loop, position)];
  return weight;
}

function shouldRun(control: JobControl, position: number): boolean {
  return !isStopped(control) && isWanted(control, position);
}

function runAt(loop: Loop, position: number): void | Promise<void> {
  const { params, host } = loop;
  const { control, worker, timings } = params;
  const { kernel, signal } = host;
  const index = indexAt(loop, position);
  const at = loop.needsClock ? clock() : undefined;
  markStarted(control, worker, position, at);
  host.onMark?.();
  if (timings && at !== undefined) recordStart(timings, index, worker, at);
  try {
    const running = host.runIndex(index, (own = signal) => kernel.run(index, own));
    if (running === undefined) return finish(loop, index);
    return running.catch((error: unknown) => fail(loop, position, error)).then(() => finish(loop, index));
  } catch (error) {
    fail(loop, position, error);
    finish(loop, index);
  }
}

function finish({ params, host }: Loop, index: number): void {
  markFinished(params.control, params.worker, params.weights[index]);
  if (params.timings) recordEnd(params.timings, index, clock());
  // The next start tells the same; only a watched time needs to know now.
  if (params.isTimed) host.onMark?.();
}

function fail(loop: Loop, position: number, error: unknown): void {
  const { params, host, failed } = loop;
  const index = indexAt(loop, position);
  failed.add(index);
  // Truncates here, before the next index starts: the main thread may learn of the failure too late.
  const isFinal = params.retriesLeft === undefined || params.retriesLeft[index] === 0;
  if (params.untilFailure && isFinal) truncate(params.control, position + 1);
  host.emitFailure(index, error);
}

function deliver(loop: Loop, claimed: Claim): void {
  const { host, params } = loop;
  try {
    host.emitResults(host.kernel.take(), claimed);
  } catch (error) {
    // Empties the kernel: a result that could not be sent must not come with the next claim.
    host.kernel.take();
    giveBack(loop, claimed, error);
    return;
  }
  if (params.backlog && countDelivery(params.backlog)) pausePass(params.control);
}

/**
 * Handles results that could not be sent, mostly for want of memory. A claim of several indices runs again
 * one by one, which shows the index that causes it; a claim of one index fails with the error.
 */
function giveBack(loop: Loop, claimed: Claim, error: unknown): void {
  const { params, host, failed } = loop;
  const { from, to } = claimed;
  const indices: number[] = [];
  for (let position = from; position < to && isWanted(params.control, position); position++) {
    const index = indexAt(loop, position);
    if (failed.has(index)) continue;
    if (to - from === 1) {
      fail(loop, position, error);
      return;
    }
    uncountFinished(params.control, params.worker, params.weights[index]);
    indices.push(index);
  }
  host.emitRerun(indices, claimed);
}
