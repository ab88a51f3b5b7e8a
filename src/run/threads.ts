import { biggestFirst } from './biggest-first.js';
import type { Job, JobEvents } from './job.js';
import { JobPass } from './job-pass.js';
import type { PassResult } from './pass-state.js';
import { withPool } from './pool.js';
import { ResultBacklog } from './result-backlog.js';

/**
 * Runs a job on `workers` threads: one task each, which claims batches until none is left. Resolves when all have ended. A worker
 * that dies takes the index it worked on with it; what else it had claimed is run again. With a backlog that is full, all workers
 * end, and come back when half of it has been taken.
 */
export async function runThreads(
  job: Job,
  workers: number,
  events: JobEvents,
  signal: AbortSignal,
): Promise<void> {
  const { indices } = job;
  const order = job.isOrdered ? indices : biggestFirst(job.weights, workers, indices);
  /** Positions in that order. */
  const count = indices?.length ?? job.count;
  const backlog = job.maxBacklog === undefined ? undefined : new ResultBacklog(job.maxBacklog);
  const losses = new Map<number, number>();
  const failed = { first: Number.POSITIVE_INFINITY };
  let before = { count: 0, weight: 0 };

  const pass = async (part: Job, course: { order?: Int32Array; first: number; backlog?: ResultBacklog }) => {
    const crew = Math.min(workers, part.count - course.first);
    // Lent for this pass only: a job that waits for its results to be taken holds no worker.
    return withPool(crew, async (lease) => {
      const whole = { order: undefined, backlog: undefined, ...course, before, losses, failed };
      const round = new JobPass(part, crew, whole, lease, events, signal);
      const remains = await round.run();
      before = round.progress();
      return remains;
    });
  };

  /** Lost indices are run one by one: whatever goes wrong again goes wrong for one index alone. */
  const rerun = async (indices: readonly number[]) => {
    for (let lost = indices; lost.length > 0; ) {
      events.onRerun?.(lost);
      const again = new Int32Array(new SharedArrayBuffer(lost.length * 4));
      again.set(lost);
      if (job.isOrdered) again.sort();
      ({ lost } = await pass({ ...job, count: lost.length, batchSize: 1 }, { order: again, first: 0 }));
    }
  };

  for (let first = 0; first < count; ) {
    const { lost, next }: PassResult = await pass({ ...job, count }, { order, first, backlog });
    // Before any wait: what was lost may be just what the taker of the results waits for.
    await rerun(lost);
    backlog?.settle();
    if (next < count) await backlog?.low(signal);
    first = next;
  }
}
