export type { Artifact } from './artifacts.js';
export { Cluster, type ReadOptions, RemoteFrame } from './cluster.js';
export { openCluster } from './open-cluster.js';
export type { SparkOptions, TlsOptions } from './options.js';
export type { RunProgress } from './progress.js';
export {
  ascending,
  column,
  descending,
  type Expression,
  expression,
  filter,
  mapInArrow,
  quoted,
  type Relation,
  repartition,
  type SparkType,
  sortWithin,
} from './relations.js';
export type { Session } from './session.js';
export { SparkError, type SparkErrorCause } from './spark-error.js';
