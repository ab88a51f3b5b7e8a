import type { Cluster } from '#dist/cluster/index.js';
import type { Session } from '#dist/cluster/session.js';

/** Returns the session of a cluster, which the declarations of the package leave out. */
export const sessionOf = (cluster: Cluster): Session =>
  (cluster as unknown as { readonly session: Session }).session;
