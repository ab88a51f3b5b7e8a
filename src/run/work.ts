import { BatchSizer } from './batch-sizer.js';
import { begin, type Control, claim, finish, isStopped, release, unclaimed } from './control.js';
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
  emitResults(results: unknown): void;
  emitFailure(index: number, error: unknown): void;
  /** Called between claims: lets this thread's other work in. */
  pause?(): Promise<void>;
}

/** Claims and works until nothing is left or the job is stopped. The same loop in a worker thread and in the main thread. */
export async function work(part: Work): Promise<void> {
  const { kernel, control, worker, workers, count, weights, order, signal } = part;
  const sizer = new BatchSizer(workers, part.batchSize);
  while (!isStopped(control)) {
    const claimed = claim(control, worker, sizer.next(unclaimed(control, count)), count);
    if (claimed === undefined) return;
    const started = performance.now();
    for (let position = claimed.from; position < claimed.to && !isStopped(control); position++) {
      const index = order ? order[position] : position;
      begin(control, worker, position);
      try {
        const running = kernel.run(index, signal);
        if (running !== undefined) await running;
      } catch (error) {
        part.emitFailure(index, error);
      }
      finish(control, worker, weights[index]);
    }
    part.emitResults(kernel.take());
    release(control, worker);
    sizer.record(claimed.to - claimed.from, performance.now() - started);
    if (part.pause) await part.pause();
  }
}
