import { BatchSizer } from './batch-sizer.js';
import {
  begin,
  type Claim,
  type Control,
  claim,
  finish,
  isStopped,
  release,
  unclaimed,
  unfinish,
} from './control.js';
import type { Kernel } from './kernel.js';

/** One worker's part in a job. */
export interface Work {
  readonly kernel: Kernel;
  readonly control: Control;
  readonly worker: number;
  readonly workers: number;
  readonly count: number;
  readonly weights: Int32Array;
  /** position -> index; positions are indices where it is missing. */
  readonly order?: Int32Array;
  readonly batchSize?: number;
  readonly signal: AbortSignal;
  /** The results of a claim, `from` its first position. */
  emitResults(results: unknown, from: number): void;
  emitFailure(index: number, error: unknown): void;
  /** What is to be done again, one index at a time, instead of the results of a claim. */
  emitUndone(indices: readonly number[], from: number): void;
  /** Runs one index, with whatever this thread needs around it. */
  attend(index: number, run: () => void | Promise<void>): void | Promise<void>;
  /** Called between claims: lets this thread's other work in. */
  pause?(): Promise<void>;
}

/** Claims and works until nothing is left or the job is stopped. The same loop in a worker thread and in the main thread. */
export async function work(part: Work): Promise<void> {
  const { kernel, control, worker, workers, count, weights, order, signal } = part;
  const sizer = new BatchSizer(workers, part.batchSize);
  const failed = new Set<number>();

  while (!isStopped(control)) {
    const claimed = claim(control, worker, sizer.next(unclaimed(control, count)), count);
    if (claimed === undefined) return;
    const { from, to } = claimed;
    const started = performance.now();
    failed.clear();
    for (let position = from; position < to && !isStopped(control); position++) {
      // Awaited only where there is something to wait for: a turn for each of many tiny groups would cost more than they do.
      const running = runAt(position);
      if (running !== undefined) await running;
    }
    deliver(claimed);
    release(control, worker);
    sizer.record(to - from, performance.now() - started);
    if (part.pause) await part.pause();
  }

  function runAt(position: number): void | Promise<void> {
    const index = order ? order[position] : position;
    begin(control, worker, position);
    try {
      const running = part.attend(index, () => kernel.run(index, signal));
      if (running === undefined) return finish(control, worker, weights[index]);
      return running
        .catch((error: unknown) => fail(index, error))
        .then(() => finish(control, worker, weights[index]));
    } catch (error) {
      fail(index, error);
      finish(control, worker, weights[index]);
    }
  }

  function fail(index: number, error: unknown): void {
    failed.add(index);
    part.emitFailure(index, error);
  }

  function deliver(claimed: Claim): void {
    try {
      part.emitResults(kernel.take(), claimed.from);
    } catch (error) {
      kernel.take();
      giveBack(claimed, error);
    }
  }

  /** The results of a claim could not be put together, for want of memory most likely: done again one by one, it shows whose fault it was. */
  function giveBack({ from, to }: Claim, error: unknown): void {
    const indices: number[] = [];
    for (let position = from; position < to; position++) {
      const index = order ? order[position] : position;
      if (failed.has(index)) continue;
      if (to - from === 1) {
        fail(index, error);
        return;
      }
      unfinish(control, worker, weights[index]);
      indices.push(index);
    }
    part.emitUndone(indices, from);
  }
}
