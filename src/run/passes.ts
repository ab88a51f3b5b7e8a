import { biggestFirst } from './biggest-first.js';
import type { Job, JobEvents } from './job.js';
import { JobPass } from './job-pass.js';
import type { PassResult } from './pass-state.js';
import { ResultBacklog } from './result-backlog.js';
import { Retries } from './retries.js';
import type { WithWorkers } from './task.js';

/**
 * Runs a job on `workers` workers, in passes: each worker gets one task and claims batches until
 * none is left. Indices lost with a dead worker, and failed ones that have attempts left, run again in a pass
 * of their own; a full backlog ends a pass. Resolves to the milliseconds that all workers took together.
 */
export async function runPasses(
  job: Job,
  workers: number,
  events: JobEvents,
  signal: AbortSignal,
  withWorkers: WithWorkers,
): Promise<number> {
  const { indices } = job;
  const order = job.isOrdered ? indices : biggestFirst(job.weights, workers, indices);
  /** The number of positions in that order. */
  const count = indices?.length ?? job.count;
  const backlog = job.maxBacklog === undefined ? undefined : new ResultBacklog(job.maxBacklog);
  const losses = new Map<number, number>();
  const failed = { first: Number.POSITIVE_INFINITY };
  const retries = Retries.of(job);
  let before = { count: 0, weight: 0 };
  let busyMs = 0;

  const runPass = async (
    part: Job,
    range: { order?: Int32Array; first: number; backlog?: ResultBacklog },
  ) => {
    const size = Math.min(workers, part.count - range.first);
    // Leases the pool for one pass only: a job that waits for its results to be taken holds no worker.
    return withWorkers(size, job.kernel, async (lease) => {
      const state = { order: undefined, backlog: undefined, ...range, before, losses, failed, retries };
      const pass = new JobPass(part, size, state, lease, events, signal);
      const result = await pass.run();
      before = pass.progress();
      busyMs += result.busyMs;
      return result;
    });
  };

  /** Runs lost indices in batches of one: an index that kills its worker again takes no other with it. */
  const rerun = async (indices: readonly number[]) => {
    for (let lost = indices; lost.length > 0; ) {
      await retries?.wait(signal);
      events.onRerun?.(lost);
      const again = new Int32Array(new SharedArrayBuffer(lost.length * 4));
      again.set(lost);
      if (job.isOrdered) again.sort();
      ({ lost } = await runPass({ ...job, count: lost.length, batchSize: 1 }, { order: again, first: 0 }));
    }
  };

  for (let first = 0; first < count; ) {
    const { lost, next }: PassResult = await runPass({ ...job, count }, { order, first, backlog });
    // Before the wait below: the consumer may wait for just these results, and would never lower the backlog.
    await rerun(lost);
    backlog?.forgetUndelivered();
    if (next < count) await backlog?.untilLow(signal);
    first = next;
  }
  return busyMs;
}
