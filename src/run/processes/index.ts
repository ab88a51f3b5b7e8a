import type { Job, JobEvents } from '../job.js';
import type { KernelName } from '../kernel.js';
import { runPasses } from '../passes.js';
import { childPool } from './child-pool.js';
import { KernelBytes } from './kernel-bytes.js';
import type { ApartKernelSource } from './messages.js';
import { ProcessTask } from './process-task.js';

export { endChildren } from './child-pool.js';
export type { ApartKernelSource, SentTo } from './messages.js';

/** Runs a job in `workers` child processes. */
export async function runProcesses(
  job: Job & { readonly kernel: ApartKernelSource },
  workers: number,
  events: JobEvents,
  signal: AbortSignal,
): Promise<void> {
  const bytes = new KernelBytes(job.kernel, job.weights);
  // A child changes its own copies, so this process has nothing to restore.
  const { onRerun: _, ...ofProcesses } = events;
  await runPasses(job, workers, ofProcesses, signal, (size, kernel, body) => {
    const pool = childPool(size, kernel);
    return pool.during(() =>
      body({
        ended: pool.ended,
        end: (reason) => pool.end(reason),
        isStarting: () => pool.isStarting,
        start: (params, onMessage) => new ProcessTask(pool, bytes, params, onMessage),
      }),
    );
  });
}

/** Starts `size` children in the background, which load the kernel. Never fails: a job reports errors. */
export function warmChildren(size: number, kernel: KernelName): void {
  try {
    childPool(size, kernel).start(size);
  } catch {
    // The job starts them again and tells why it cannot.
  }
}
