import type { Job, JobEvents } from './job.js';
import { runPasses } from './passes.js';
import { type LeasePool, withPool } from './pool.js';
import { WorkerTask } from './worker-task.js';

/**
 * Runs a job on `workers` threads of the pool. Resolves to the milliseconds that all took together.
 *
 * @param leasePool gives the workers: those of this process's pool, if left out
 */
export const runThreads = (
  job: Job,
  workers: number,
  events: JobEvents,
  signal: AbortSignal,
  leasePool: LeasePool = withPool,
): Promise<number> =>
  runPasses(job, workers, events, signal, (size, kernel, run) =>
    leasePool(size, kernel, (lease) =>
      run({
        ended: lease.ended,
        end: lease.end,
        isStarting: lease.isStarting,
        start: (params, onMessage) => new WorkerTask(lease, params, onMessage),
      }),
    ),
  );
