import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';

const MIN_HEAP_MB = 64;
/** The share of the machine's memory that all workers' heaps may take together. */
const MEMORY_PART = 0.8;

/**
 * Returns the limit of a worker's heap: that of this thread, but no more than lets all workers' heaps fit
 * into memory. A worker that needs more ends with an error; without a limit, the system may kill the process.
 */
export function heapLimitMb(workers: number): number {
  // Leaves the young generation at V8's size. Doubling it made functions with many objects a tenth faster,
  // but Node lets a full worker's heap grow by 16 MB only, and V8 ends the process if more of it is young.
  const own = getHeapStatistics().heap_size_limit;
  // 0 or a huge number if nothing constrains the process.
  const constrained = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  const memory = Math.min(totalmem(), constrained);
  return Math.max(MIN_HEAP_MB, Math.floor(Math.min(own, (memory * MEMORY_PART) / workers) / 2 ** 20));
}
