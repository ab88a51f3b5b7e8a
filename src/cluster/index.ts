export { Cluster, ClusterTarget, type ReadOptions, RemoteFrame } from './cluster.js';
export type { SparkOptions, TlsOptions } from './options.js';
export type { ToOptions } from './place.js';
export { SparkError, type SparkErrorCause } from './spark-error.js';
