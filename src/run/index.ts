export { describeError } from './error-envelope.js';
export { runInline } from './inline.js';
export type { Failure, Job, JobEvents, JobProgress, Kernel, KernelSource } from './kernel.js';
export { isInsideWorker } from './nesting.js';
export { shutdown, warmPool } from './pool.js';
export { runThreads } from './threads.js';
