export {
  type ApplyReturn,
  applyParallel,
  type FitsGroup,
  type FrameOf,
  type Grouped,
  type GroupFunction,
  type ResultOf,
} from './apply-parallel.js';
export { cpuCount, effectiveNJobs } from './cpu-count.js';
export { DelayedCall, delayed } from './delayed.js';
export { ApplyError, CallError, type ErrorCode, GroupError, type GroupKey, type KeyPart } from './errors.js';
export { createExecutor, type Executor } from './executor.js';
export type { ExecutorOptions } from './executor-options.js';
export type {
  AnyTable,
  Column,
  ColumnLike,
  Columns,
  ColumnVector,
  DanfoFrame,
  DanfoGroupby,
  FrameKind,
  FrameKinds,
  FrameLike,
  NumericArray,
  Row,
} from './frame/index.js';
export { Future } from './future.js';
export { GroupBy, groupby } from './groupby.js';
export type {
  ApplyOptions,
  GroupbyOptions,
  GroupContext,
  GroupResult,
  GroupRun,
  Progress,
  Report,
  ReturnAs,
} from './options.js';
export { Parallel, type ParallelReturn, type ParallelRunner, type ReturnsOf } from './parallel.js';
export { parallelConfig } from './parallel-config.js';
export type { CallProgress, CallsReturnAs, ParallelConfig, ParallelOptions } from './parallel-options.js';
export { type ParmapOptions, parmap } from './parmap.js';
export { type Shutdown, shutdown } from './run/index.js';
export { shareTable } from './share-table.js';
export { SharedLock, SharedQueue, shareArray } from './shared/index.js';
export { moduleFunction, partial } from './ship/index.js';
