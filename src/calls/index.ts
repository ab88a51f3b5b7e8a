export type { FunctionCall } from './call.js';
export type { CallBatch } from './call-batch.js';
export { callErrorOf } from './call-error.js';
export { CallRunner } from './call-runner.js';
export { DelayedCall, delayed } from './delayed.js';
export { type ExecutorOptions, resolveExecutorOptions } from './executor-options.js';
export { Future } from './future.js';
export {
  type CallsReturnAs,
  configRules,
  type ParallelConfig,
  type ParallelOptions,
  parmapRules,
  resolveParallelOptions,
} from './options.js';
export type { CallProgress } from './progress.js';
export { requireIterable } from './require-iterable.js';
export { listOf, resultsOf } from './run-calls.js';
export { zipped } from './zip.js';
