import './load-arrow/index.js';

export {
  type ApplyReturn,
  applyParallel,
  type FitsGroup,
  type FrameOf,
  type Grouped,
  type GroupFunction,
  type ResultOf,
} from './apply-parallel.js';
export {
  type CachedCalls,
  type CachedFunction,
  type CachedResult,
  type CacheOptions,
  type Duration,
  expiresAfter,
  hash,
  Memory,
  type MemoryOptions,
  type ResultMetadata,
  type SizeLimits,
} from './cache/index.js';
export { cpuCount, effectiveNJobs } from './cpu-count.js';
export { DelayedCall, delayed } from './delayed.js';
export { ApplyError, CallError, type ErrorCode, GroupError, type GroupKey, type KeyPart } from './errors.js';
export { createExecutor, type Executor } from './executor.js';
export type { ExecutorOptions } from './executor-options.js';
export type {
  AnyTable,
  ArqueroTable,
  Column,
  ColumnLike,
  ColumnOf,
  Columns,
  ColumnsLike,
  ColumnVector,
  DanfoFrame,
  DanfoGroupby,
  FlechetteTable,
  FrameAdapter,
  FrameKind,
  FrameKinds,
  FrameLike,
  NumericArray,
  PolarsFrame,
  Row,
} from './frame/index.js';
export { registerAdapter } from './frame/index.js';
export { Future } from './future.js';
export { GroupBy, groupby } from './groupby.js';
export type { ApplyOptions, GroupbyOptions, GroupContext, GroupResult, ReturnAs } from './options.js';
export { Parallel, type ParallelReturn, type ParallelRunner, type ReturnsOf } from './parallel.js';
export { parallelConfig } from './parallel-config.js';
export type { CallProgress, CallsReturnAs, ParallelConfig, ParallelOptions } from './parallel-options.js';
export { type ParmapOptions, parmap } from './parmap.js';
export {
  type Compression,
  type CompressionMethod,
  type DumpOptions,
  dump,
  type LoadOptions,
  load,
} from './persist/index.js';
export { type MemoryReport, type ReduceMemoryOptions, reduceMemory } from './reduce-memory.js';
export type { GroupRun, Progress, Report } from './reports.js';
export { type Shutdown, shutdown } from './run/index.js';
export { shareTable } from './share-table.js';
export { SharedLock, SharedQueue, shareArray } from './shared/index.js';
export { moduleFunction, type NothingElse, partial, restoreState, shipState } from './ship/index.js';
export { type HtmlOptions, toHTML } from './to-html.js';
