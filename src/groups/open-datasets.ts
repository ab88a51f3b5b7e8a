import { cpuCount } from '../options/index.js';
import { CoGroup, DatasetCoGroup, openCoGroups } from './cogroup/index.js';
import {
  DatasetGroupBy,
  DatasetProgress,
  type OpenOptions,
  openGroups,
  type RangedGroups,
  type SpilledGroups,
} from './datasets/index.js';
import { GroupBy } from './frame-groupby.js';
import type { GroupCall } from './group-call.js';
import type { GroupSource } from './group-source.js';

/** Groups of a data set, or of several of which some are data sets. */
export type OfDatasets = DatasetGroupBy<unknown> | DatasetCoGroup<readonly unknown[]>;

export const isOfDatasets = (grouped: unknown): grouped is OfDatasets =>
  grouped instanceof DatasetGroupBy || grouped instanceof DatasetCoGroup;

/** Groups of data sets in memory, or in files. */
export interface OpenedCall<G extends RangedGroups> {
  readonly opened:
    | { readonly kind: 'whole'; readonly source: GroupSource }
    | { readonly kind: 'spilled'; readonly groups: G };
  readonly progress: DatasetProgress;
}

type Opening = Pick<GroupCall, 'verb' | 'options' | 'shipped'>;

/** Brings the groups of data sets into memory, or to files. */
export const openDatasets = (call: Opening, grouped: OfDatasets): Promise<OpenedCall<RangedGroups>> =>
  grouped instanceof DatasetCoGroup
    ? opening(call, async (how) => {
        const opened = await openCoGroups(DatasetCoGroup.toOpen(grouped), how);
        return opened.kind === 'whole'
          ? { kind: 'whole', source: CoGroup.source(opened.grouped) }
          : { kind: 'spilled', groups: opened };
      })
    : openDataset(call, grouped);

/**
 * Brings the groups of one data set into memory, or to files.
 *
 * @param needs `keepsRows`: the numbers of spilled rows will be asked for
 */
export const openDataset = (
  call: Opening,
  grouped: DatasetGroupBy<unknown>,
  needs: Pick<OpenOptions, 'keepsRows'> = {},
): Promise<OpenedCall<SpilledGroups>> =>
  opening(call, async (how) => {
    const opened = await openGroups(DatasetGroupBy.grouped(grouped), { ...how, ...needs });
    return opened.kind === 'whole'
      ? { kind: 'whole', source: GroupBy.source(opened.grouped) }
      : { kind: 'spilled', groups: opened };
  });

async function opening<G extends RangedGroups>(
  { verb, options, shipped }: Opening,
  open: (how: OpenOptions) => Promise<OpenedCall<G>['opened']>,
): Promise<OpenedCall<G>> {
  const { memoryLimit, spillTo, signal } = options;
  const progress = new DatasetProgress(verb.name, options.progress);
  const workers = shipped ? Math.min(options.workers, cpuCount()) : 0;
  try {
    return { opened: await open({ memoryLimit, spillTo, workers, signal, progress }), progress };
  } catch (error) {
    progress.end(false);
    throw error;
  }
}
