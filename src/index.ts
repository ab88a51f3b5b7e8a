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
export { ApplyError, type ErrorCode, GroupError, type GroupKey, type KeyPart } from './errors.js';
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
export { GroupBy, groupby } from './groupby.js';
export type {
  ApplyOptions,
  GroupbyOptions,
  GroupContext,
  GroupResult,
  GroupRun,
  Progress,
  ReduceMemoryOptions,
  Report,
  ReturnAs,
} from './options.js';
export {
  type Compression,
  type CompressionMethod,
  type DumpOptions,
  dump,
  type LoadOptions,
  load,
} from './persist/index.js';
export { type MemoryReport, reduceMemory } from './reduce-memory.js';
export { type Shutdown, shutdown } from './run/index.js';
export { shareTable } from './share-table.js';
export { moduleFunction, type NothingElse, partial, restoreState, shipState } from './ship/index.js';
export { type HtmlOptions, toHTML } from './to-html.js';
