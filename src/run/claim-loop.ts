import { BatchSizer } from './batch-sizer.js';
import { clock } from './clock.js';
import {
  begin,
  type Claim,
  claim,
  cut,
  finish,
  isPaused,
  isStopped,
  isWanted,
  type JobControl,
  pause,
  release,
  unclaimed,
  unfinish,
} from './job-control.js';
import type { Kernel } from './kernel.js';
import { type BacklogCounter, countDelivery } from './result-backlog.js';
import { recordEnd, recordStart, type Timings } from './timings.js';

/** One worker's part in a job, in values that can be posted. */
export interface Part {
  readonly control: JobControl;
  readonly worker: number;
  readonly workers: number;
  readonly count: number;
  /** How much work each index is, in any unit. */
  readonly weights: Int32Array;
  /** position -> index; positions are indices where it is missing. */
  readonly order?: Int32Array;
  readonly batchSize?: number;
  /** See the job's. */
  readonly untilFailure?: boolean;
  /** Whether anybody asks how long an index has been running. */
  readonly isTimed: boolean;
  readonly backlog?: BacklogCounter;
  readonly timings?: Timings;
}

/** What the loop needs of the thread it runs in. */
export interface LoopHost {
  readonly kernel: Kernel;
  readonly signal: AbortSignal;
  /** The results of a claim. */
  emitResults(results: unknown, claimed: Claim): void;
  emitFailure(index: number, error: unknown): void;
  /** What is to be done again, one index at a time, instead of the results of a claim. */
  emitUndone(indices: readonly number[], claimed: Claim): void;
  /** Runs one index, with whatever this thread needs around it. A signal that is given takes the place of the job's. */
  attend(index: number, run: (signal?: AbortSignal) => void | Promise<void>): void | Promise<void>;
  /** Called between claims: lets this thread's other work in. */
  turn?(): Promise<void>;
  /** Asked between claims: whether to leave the rest to others, or to later. */
  shouldYield?(): boolean;
}

/** Nothing was left to claim, or the job was stopped; or what is left is for later, or for whoever comes next. */
export type LoopEnd = 'done' | 'paused' | 'yielded';

/** Claims and works until nothing is left or the job is stopped. The same loop in a worker thread and in the main thread. */
export async function work(part: Part, here: LoopHost): Promise<LoopEnd> {
  const { control, worker, workers, count, weights, order, backlog, timings } = part;
  const { kernel, signal } = here;
  const isClocked = part.isTimed || timings !== undefined;
  const sizer = new BatchSizer(workers, part.batchSize);
  const failed = new Set<number>();

  while (!isStopped(control)) {
    if (isPaused(control)) return 'paused';
    const claimed = claim(control, worker, sizer.next(unclaimed(control, count)), count);
    if (claimed === undefined) return 'done';
    const { from, to } = claimed;
    const started = performance.now();
    failed.clear();
    for (let position = from; position < to && isOn(position); position++) {
      // Awaited only where there is something to wait for: a turn for each of many tiny groups would cost more than they do.
      const running = runAt(position);
      if (running !== undefined) await running;
    }
    deliver(claimed);
    release(control, worker);
    sizer.record(to - from, performance.now() - started);
    if (here.turn) await here.turn();
    if (here.shouldYield?.()) return 'yielded';
  }
  return 'done';

  function isOn(position: number): boolean {
    return !isStopped(control) && isWanted(control, position);
  }

  function runAt(position: number): void | Promise<void> {
    const index = order ? order[position] : position;
    const at = isClocked ? clock() : undefined;
    begin(control, worker, position, at);
    if (timings && at !== undefined) recordStart(timings, index, worker, at);
    try {
      const running = here.attend(index, (own = signal) => kernel.run(index, own));
      if (running === undefined) return finishAt(index);
      return running.catch((error: unknown) => fail(position, error)).then(() => finishAt(index));
    } catch (error) {
      fail(position, error);
      finishAt(index);
    }
  }

  function finishAt(index: number): void {
    finish(control, worker, weights[index]);
    if (timings) recordEnd(timings, index, clock());
  }

  function fail(position: number, error: unknown): void {
    const index = order ? order[position] : position;
    failed.add(index);
    // Not by whoever hears of it: this thread might be at the next one for ever by then.
    if (part.untilFailure) cut(control, position + 1);
    here.emitFailure(index, error);
  }

  function deliver(claimed: Claim): void {
    try {
      here.emitResults(kernel.take(), claimed);
    } catch (error) {
      kernel.take();
      giveBack(claimed, error);
      return;
    }
    if (backlog && countDelivery(backlog)) pause(control);
  }

  /** The results of a claim could not be put together, for want of memory most likely: done again one by one, it shows whose fault it was. */
  function giveBack(claimed: Claim, error: unknown): void {
    const { from, to } = claimed;
    const indices: number[] = [];
    for (let position = from; position < to && isWanted(control, position); position++) {
      const index = order ? order[position] : position;
      if (failed.has(index)) continue;
      if (to - from === 1) {
        fail(position, error);
        return;
      }
      unfinish(control, worker, weights[index]);
      indices.push(index);
    }
    here.emitUndone(indices, claimed);
  }
}
