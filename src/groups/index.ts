export { applyToGroups } from './apply-to-groups.js';
export {
  type AnyBatchOptions,
  type BatchOptions,
  batchSource,
  mapFrames,
  resolveBatchOptions,
  streamFrames,
  type WriteBatchOptions,
} from './batches/index.js';
export { beginCall, type ResultStream, settle } from './begin-call.js';
export { CoGroup, type CogroupOptions, cogroupOf, DatasetCoGroup } from './cogroup/index.js';
export { DatasetGroupBy } from './datasets/index.js';
export type { AnyGroupFunction } from './group-kernel.js';
export { GroupBy, groupby } from './groupby.js';
export type { GroupbyOptions } from './groupby-options.js';
export type { Grouped, GroupsOf, OrderedGroups, OrderedGroupsOf } from './grouped.js';
export { keptRows } from './kept-rows.js';
export {
  type BinOf,
  type BinsOptions,
  type ByOf,
  bins,
  type EveryOptions,
  every,
  type KeyFromOptions,
  KeyMaker,
  type KeyNames,
  type KeyOf,
  type KeyVector,
  keyFrom,
  type NamedKeys,
  type PeriodText,
  type PeriodUnit,
  type QuantilesOptions,
  quantiles,
  type TimeOf,
  unknownColumn,
  type Weekday,
  type WithKeys,
} from './keys/index.js';
export type {
  AnyApplyOptions,
  ApplyOptions,
  ClusterResultsOptions,
  GroupContext,
  GroupResult,
  ReturnAs,
  WriteResultsOptions,
} from './options.js';
export type { RowsOrder } from './order-by.js';
export type { Phase, Progress } from './progress.js';
export { RemoteGroupBy } from './remote-groupby.js';
export type { FailedAttempt, GroupRun, Report } from './report/index.js';
export { resolveApplyOptions, resolveOptionsWithout } from './resolve-options.js';
export { runHere } from './run-here.js';
export { applyTo, filterGroups, streamOf, transformGroups } from './spilled/index.js';
export { streamCall } from './stream-groups.js';
export type { Verb } from './verb.js';
