export { Cluster, type ReadOptions, RemoteFrame } from './cluster.js';
export type { SparkOptions, TlsOptions } from './options.js';
export { SparkError, type SparkErrorCause } from './spark-error.js';
