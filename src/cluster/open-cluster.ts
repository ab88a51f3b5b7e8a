import { Cluster } from './cluster.js';
import { checkSparkOptions, executorOptions, type SparkOptions } from './options.js';
import { requirePeers } from './require-peers.js';
import { parseUrl } from './url.js';

/** Connects to a server. The packages that speak gRPC are loaded here, when the first cluster is opened. */
export async function openCluster(url: string, options: SparkOptions = {}): Promise<Cluster> {
  checkSparkOptions(options);
  const address = parseUrl(url, options);
  await requirePeers();
  const { Session } = await import('./session.js');
  return new Cluster(address, await Session.open(address, options), executorOptions(options));
}
