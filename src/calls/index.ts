export type { Call, CallOwner } from './call.js';
export { callErrorOf } from './call-error.js';
export { Crew, type CrewOptions } from './crew.js';
export { type ExecutorOptions, resolveExecutorOptions } from './executor-options.js';
export {
  type CallsReturnAs,
  configRules,
  type ParallelConfig,
  type ParallelOptions,
  parmapRules,
  resolveParallelOptions,
} from './options.js';
export type { CallProgress } from './progress.js';
export { listOf, resultsOf } from './run-calls.js';
export { CallStream, type Sink } from './stream.js';
export type { Wave } from './wave.js';
export { requireIterable, zipped } from './zip.js';
