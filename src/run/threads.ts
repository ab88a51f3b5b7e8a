import type { Job, JobEvents } from './kernel.js';
import { workOrder } from './order.js';
import { withPool } from './pool.js';
import { Round } from './round.js';

/**
 * Runs a job on `workers` threads: one task each, which claims batches until none is left. Resolves when all have ended. A worker
 * that dies takes the index it worked on with it; what else it had claimed is run again.
 */
export function runThreads(job: Job, workers: number, events: JobEvents, signal: AbortSignal): Promise<void> {
  return withPool(workers, async (loan) => {
    let order = workOrder(job.weights, workers);
    let { count, batchSize } = job;
    let before = { count: 0, weight: 0 };
    const losses = new Map<number, number>();
    for (;;) {
      const crew = Math.min(workers, count);
      const round = new Round(
        { ...job, count, batchSize },
        crew,
        { order, before, losses },
        loan,
        events,
        signal,
      );
      const lost = await round.run();
      if (lost.length === 0) return;
      events.onRerun?.(lost);
      order = new Int32Array(new SharedArrayBuffer(lost.length * 4));
      order.set(lost);
      count = lost.length;
      // One by one: whatever goes wrong again goes wrong for one index alone.
      batchSize = 1;
      before = round.progress();
    }
  });
}
