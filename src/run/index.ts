export { clock } from './clock.js';
export { runEventLoop } from './event-loop.js';
export { runInline } from './inline.js';
export type { Delivery, Failure, Job, JobEvents, JobProgress, RetryRule, WaitsFor } from './job.js';
export type { Kernel, KernelMakers, KernelName, KernelSource } from './kernel.js';
export { idleWorkers, type LeasePool, type Shutdown, shutdown, warmPool } from './pool.js';
export { ResultQueue } from './result-queue.js';
export { runThreads } from './threads.js';
export { createTimings, recordEnd, recordStart, type Timings } from './timings.js';
