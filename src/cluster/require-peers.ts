import { loadPeer } from '../frame/index.js';

/** Throws `ERR_MISSING_PEER` unless the packages that speak gRPC are installed. */
export async function requirePeers(): Promise<void> {
  for (const name of ['@bufbuild/protobuf', '@connectrpc/connect', '@connectrpc/connect-node']) {
    await loadPeer(name, 'Clusters');
  }
}
