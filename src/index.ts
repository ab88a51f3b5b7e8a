import './load-arrow/index.js';

import * as ownFunctions from './columns.js';
import { showInNotebook } from './notebook/index.js';
import { knowOwnFunctions } from './ship/worker.js';

export {
  type ApplyReturn,
  applyParallel,
  type CoGroupArguments,
  type CoGroupFunction,
  type FitsGroup,
  type FitsGroups,
  type GroupFunction,
} from './apply-parallel.js';
export type { AnyTable, ColumnVector, NumericArray } from './arrow/index.js';
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
export {
  type CallProgress,
  type CallsReturnAs,
  DelayedCall,
  delayed,
  type ExecutorOptions,
  Future,
  type ParallelConfig,
  type ParallelOptions,
} from './calls/index.js';
export { type CoGroupOf, cogroup, type FramesOf, type Groupbys, type KeysOf } from './cogroup.js';
export type { AnyFrame } from './columns/index.js';
export { ApplyError, CallError, type ErrorCode, GroupError, type GroupKey, type KeyPart } from './errors.js';
export { createExecutor, type Executor } from './executor.js';
export {
  type Comparison,
  type CsvOptions,
  type CsvType,
  Dataset,
  load,
  type ParquetCompression,
  type ReadOptions,
  type ReadProgress,
  type ScanOptions,
  scan,
  type TablePath,
  type Where,
  type WhereValue,
  type WriteOptions,
  type WriteTarget,
} from './files/index.js';
export {
  type FilterOptions,
  type FilterPredicate,
  filterParallel,
  type WriteFilterOptions,
} from './filter-parallel.js';
export type {
  ArqueroTable,
  CellOf,
  Column,
  ColumnLike,
  ColumnName,
  ColumnOf,
  Columns,
  ColumnsLike,
  ColumnsOf,
  DanfoFrame,
  DanfoGroupby,
  FlechetteTable,
  FrameAdapter,
  FrameKind,
  FrameKinds,
  FrameLike,
  FrameOf,
  IsColumns,
  IsFrame,
  IsUnknown,
  PolarsFrame,
  ResultFrame,
  ResultOf,
  Row,
  RowsOf,
  RowWith,
  TableShape,
} from './frame/index.js';
export { registerAdapter, shareTable } from './frame/index.js';
export type {
  ApplyOptions,
  BatchOptions,
  BinOf,
  BinsOptions,
  ByOf,
  ClusterResultsOptions,
  CogroupOptions,
  EveryOptions,
  FailedAttempt,
  GroupbyOptions,
  GroupContext,
  Grouped,
  GroupResult,
  GroupRun,
  GroupsOf,
  KeyFromOptions,
  KeyMaker,
  KeyNames,
  KeyOf,
  KeyVector,
  NamedKeys,
  OrderedGroups,
  OrderedGroupsOf,
  PeriodText,
  PeriodUnit,
  Phase,
  Progress,
  QuantilesOptions,
  Report,
  ReturnAs,
  RowsOrder,
  TimeOf,
  Weekday,
  WithKeys,
  WriteBatchOptions,
  WriteResultsOptions,
} from './groups/index.js';
export {
  bins,
  CoGroup,
  DatasetCoGroup,
  DatasetGroupBy,
  every,
  GroupBy,
  groupby,
  keyFrom,
  quantiles,
  RemoteGroupBy,
} from './groups/index.js';
export { type FrameIterable, mapBatches } from './map-batches.js';
export { type HtmlOptions, toHTML } from './notebook/index.js';
export { cpuCount, effectiveNJobs, type RetryOptions } from './options/index.js';
export { Parallel, type ParallelReturn, type ParallelRunner, type ReturnsOf } from './parallel.js';
export { parallelConfig } from './parallel-config.js';
export { type ParmapOptions, parmap } from './parmap.js';
export {
  type Compression,
  type CompressionMethod,
  type DumpOptions,
  dump,
  type LoadOptions,
} from './persist/index.js';
export { type MemoryReport, type ReduceMemoryOptions, reduceMemory } from './reduce-memory.js';
export { type Shutdown, shutdown } from './run/index.js';
export { SharedLock, SharedQueue, shareArray } from './shared/index.js';
export { moduleFunction, type NothingElse, partial, restoreState, shipState } from './ship/index.js';
export {
  type TransformOptions,
  transformParallel,
  type WriteTransformOptions,
} from './transform-parallel.js';
export * from './windows/index.js';
export { type WriteDatasetOptions, writeDataset } from './write-dataset.js';

knowOwnFunctions(ownFunctions);
showInNotebook();
