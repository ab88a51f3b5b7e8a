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
export {
  type Compression,
  type CompressionMethod,
  type DumpOptions,
  dump,
  type LoadOptions,
  load,
} from './persist/index.js';
export { type Shutdown, shutdown } from './run/index.js';
export { shareTable } from './share-table.js';
export { moduleFunction, partial } from './ship/index.js';
