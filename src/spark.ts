import './load-arrow/index.js';

import type { Cluster, SparkOptions } from './cluster/index.js';
import { openCluster } from './cluster/open-cluster.js';

export type {
  Cluster,
  ClusterTarget,
  ReadOptions,
  RemoteFrame,
  SparkError,
  SparkErrorCause,
  SparkOptions,
  TlsOptions,
  ToOptions,
} from './cluster/index.js';

/**
 * Connects to a Spark cluster through Spark Connect, Spark 4.0 or newer. The URL is that of Spark's own
 * clients: `sc://host:15002/;token=…;use_ssl=true;user_id=…;session_id=…;x-header=…`. A token travels over
 * TLS alone, except to this machine. It needs the packages `@connectrpc/connect`, `@connectrpc/connect-node`
 * and `@bufbuild/protobuf`.
 *
 * @throws ApplyError `ERR_CLUSTER` if no server answers, or it refuses the token, or is too old;
 *   `ERR_INVALID_OPTION` for a URL that cannot be read; `ERR_MISSING_PEER`
 *
 * @example
 * import { spark } from 'apply-parallel/spark';
 *
 * await using cluster = await spark('sc://localhost:15002');
 * console.log(cluster.version);
 * console.log(String(await cluster.sql('select 1 as one').schema()));
 */
export function spark(url: string, options: SparkOptions = {}): Promise<Cluster> {
  return openCluster(url, options);
}
