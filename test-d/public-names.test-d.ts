import type * as api from 'apply-parallel';
import type * as danfo from 'apply-parallel/danfo';
import type * as spark from 'apply-parallel/spark';

/* The names that programs rely on: the package may add to them, and takes none away. */

/** Fails to compile for a name that is missing. */
type Has<T, _Names extends keyof T> = true;
type Methods<
  _T extends { readonly [Name in Names]: (...args: never[]) => unknown },
  Names extends PropertyKey,
> = true;

export type Values = Has<
  typeof api,
  | 'groupby'
  | 'applyParallel'
  | 'transformParallel'
  | 'filterParallel'
  | 'mapBatches'
  | 'cogroup'
  | 'every'
  | 'bins'
  | 'quantiles'
  | 'keyFrom'
  | 'windows'
  | 'rolling'
  | 'scan'
  | 'writeDataset'
  | 'Dataset'
  | 'partial'
  | 'moduleFunction'
  | 'Parallel'
  | 'delayed'
  | 'parmap'
  | 'createExecutor'
  | 'Memory'
  | 'expiresAfter'
  | 'dump'
  | 'load'
  | 'hash'
  | 'shareTable'
  | 'reduceMemory'
  | 'cpuCount'
  | 'effectiveNJobs'
  | 'parallelConfig'
  | 'shutdown'
  | 'ApplyError'
  | 'GroupError'
>;
export type ElsewhereToo = [Has<typeof danfo, 'applyParallel' | 'groupby'>, Has<typeof spark, 'spark'>];

export type Options = [
  Has<
    api.ApplyOptions,
    | 'nJobs'
    | 'backend'
    | 'batchSize'
    | 'timeout'
    | 'signal'
    | 'onError'
    | 'progress'
    | 'schema'
    | 'input'
    | 'output'
    | 'returnAs'
    | 'cache'
    | 'groupKeys'
    | 'retries'
    | 'initializer'
    | 'memoryLimit'
    | 'spillTo'
    | 'orderBy'
  >,
  Has<api.WriteResultsOptions, 'to'>,
  Has<api.GroupbyOptions, 'sort' | 'dropna' | 'observed'>,
  Has<api.GroupContext, 'key' | 'index' | 'signal'>,
  Has<api.GroupResult<object>, 'key' | 'index' | 'frame'>,
  Has<api.ScanOptions, 'format' | 'columns' | 'where' | 'hive' | 'schema' | 'csv'>,
  Has<
    api.CsvOptions,
    | 'delimiter'
    | 'header'
    | 'nullValues'
    | 'decimal'
    | 'dateFormats'
    | 'types'
    | 'quote'
    | 'encoding'
    | 'onBadLine'
  >,
  Has<api.WriteOptions, 'path' | 'format' | 'partitionBy' | 'rowGroupRows' | 'compression' | 'ifExists'>,
  Has<api.EveryOptions, 'origin' | 'timeZone' | 'weekStart' | 'name'>,
  Has<api.BinsOptions, 'right' | 'labels' | 'name'>,
  Has<api.QuantilesOptions, 'labels' | 'name'>,
  Has<api.BatchOptions, 'batchRows' | 'ordered'>,
  Has<api.CogroupOptions, 'how'>,
  Has<api.ParmapOptions, 'nprocs' | 'signal' | 'progress'>,
  Has<api.ExecutorOptions, 'kind' | 'maxWorkers'>,
  Has<api.MemoryOptions, 'location' | 'compress' | 'verbose'>,
  Has<api.SizeLimits, 'bytesLimit' | 'itemsLimit' | 'ageLimit'>,
  Has<api.DumpOptions, 'compress'>,
];

export type Classes = [
  Has<api.GroupBy<object>, 'keys' | 'size' | 'sizes' | 'getGroup' | typeof Symbol.iterator>,
  Methods<api.GroupBy<object>, 'sizes' | 'getGroup'>,
  Methods<api.DatasetGroupBy<object>, 'keys' | 'size' | 'sizes' | 'getGroup' | typeof Symbol.asyncIterator>,
  Has<api.Dataset, 'schema' | 'columns' | 'files' | 'numRows'>,
  Methods<api.Dataset, 'select' | 'head' | 'read' | typeof Symbol.asyncIterator>,
  Methods<api.Executor, 'submit' | 'map' | 'shutdown'>,
  Methods<api.Memory, 'cache' | 'clear' | 'reduceSize' | 'eval'>,
  Methods<api.CachedCalls<() => number>, 'call' | 'callAndShelve' | 'checkCallInCache' | 'clear'>,
  Has<api.ApplyError, 'code' | 'cause'>,
  Has<api.GroupError, 'key' | 'index'>,
  Methods<spark.Cluster, 'read' | 'table' | 'sql' | 'to' | 'close'>,
];

export type Codes = Has<
  Record<api.ErrorCode, true>,
  | 'ERR_INVALID_OPTION'
  | 'ERR_UNKNOWN_COLUMN'
  | 'ERR_UNSHIPPABLE'
  | 'ERR_GROUP_FAILED'
  | 'ERR_GROUP_TIMEOUT'
  | 'ERR_WORKER_EXITED'
  | 'ERR_WORKER_OUT_OF_MEMORY'
  | 'ERR_ABORTED'
  | 'ERR_BAD_RESULT'
  | 'ERR_SCHEMA_MISMATCH'
  | 'ERR_GROUP_TOO_LARGE'
  | 'ERR_FILE_EXISTS'
  | 'ERR_BAD_FILE'
  | 'ERR_CLUSTER'
  | 'ERR_SPILL'
>;
