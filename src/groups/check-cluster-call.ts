import { ApplyError } from '../errors.js';
import { isOfDatasets } from './open-datasets.js';
import type { AnyApplyOptions } from './options.js';
import { RemoteGroupBy } from './remote-groupby.js';
import type { ResolvedOptions } from './resolve-options.js';
import { OWN_FORMS } from './runs-alone.js';
import type { Verb } from './verb.js';

/** Throws for options that mean nothing on a cluster, and for its options where other calls ignore them. */
export function checkClusterCall(
  { name, expects }: Verb,
  grouped: unknown,
  given: AnyApplyOptions,
  { cluster, toCluster, input }: ResolvedOptions,
  kinds: readonly string[],
): void {
  const isRemote = grouped instanceof RemoteGroupBy;
  const refuse = (message: string) => {
    throw new ApplyError('ERR_INVALID_OPTION', `${name}: ${message}`);
  };
  if (given.orderBy !== undefined && !isRemote) {
    refuse(
      'orderBy is for the groups of a remote frame; rows of any other frame have an order, which groups keep',
    );
  }
  if (toCluster !== undefined) {
    if (name !== 'applyParallel') refuse('to: cluster.to(…) is for applyParallel; write to a path here');
    if (isOfDatasets(grouped)) {
      refuse(
        'to: cluster.to(…) is for frames, and these are groups of files here; write to a path here, or group ' +
          'cluster.read(path)',
      );
    }
    if (cluster === undefined) {
      refuse(
        'to: cluster.to(…) is for results that are made on the cluster; pass backend: cluster too, or a path here',
      );
    }
    if (cluster !== toCluster.cluster) refuse('to is of another cluster than that which runs the call');
  }
  if (!isRemote && cluster === undefined) return;
  if (isRemote && expects !== 'any rows') {
    refuse(
      'a remote frame has no row order in which the result could come; collect it first, or use applyParallel',
    );
  }
  if (
    isRemote &&
    given.backend !== undefined &&
    given.backend !== RemoteGroupBy.parts(grouped).frame.cluster
  ) {
    refuse('a remote frame runs on its cluster; leave backend out');
  }
  if (given.cache !== undefined) {
    refuse('results on a cluster are not cached, since each executor has a disk of its own; leave cache out');
  }
  const forms = input === 'same' ? kinds : [input];
  const other = forms.find((form) => !OWN_FORMS.has(form));
  if (other !== undefined) {
    refuse(`executors of a cluster have no ${other}; pass input: 'columns', 'arrow' or 'records'`);
  }
}
