import type { GroupCacheKey } from '../cache/index.js';
import { valueCodecs } from '../codecs/index.js';
import type { CombineInput } from '../combine/index.js';
import { warmPool } from '../run/index.js';
import { type ShippedFunction, ship } from '../ship/index.js';
import { isInsideWorker } from '../util/index.js';
import { type AnyGroupFunction, groupKernelUrl } from './group-kernel.js';
import { describeKey, type GroupSource, type Shards } from './group-source.js';
import type { ResolvedOptions } from './options.js';

/** A call of applyParallel that knows its groups. */
export interface GroupCall {
  readonly source: GroupSource;
  readonly fn: AnyGroupFunction;
  /** The function as workers get it; missing where the groups run in this thread. */
  readonly shipped: ShippedFunction | undefined;
  readonly options: ResolvedOptions;
  /** Where results are kept; missing where they are not. */
  readonly cacheKey?: GroupCacheKey;
}

/** So many workers are started for any call. More only where there is something for them to do. */
const FEW = 4;

/** A function on its way to the workers, with the class of the groups; undefined where the groups run in this thread. */
export function shipToWorkers(
  fn: AnyGroupFunction,
  { backend, workers }: ResolvedOptions,
  mostGroups: () => number,
  frameClass?: { readonly name: string },
): ShippedFunction | undefined {
  if (backend !== 'threads' || isInsideWorker()) return undefined;
  const companion = frameClass && { value: frameClass, name: frameClass.name };
  const shipped = ship(fn, valueCodecs, companion);
  // They start while this thread splits.
  warmPool(Math.min(workers, Math.max(FEW, mostGroups())), groupKernelUrl);
  return shipped;
}

/** Threads, or places in the event loop, that a call will use. */
export const workersOf = ({ source, shipped, options }: GroupCall): number =>
  shipped || options.backend === 'async' ? Math.max(1, Math.min(options.workers, source.count)) : 1;

/** The form in which the function gets its groups. */
export const formOf = ({ source, options }: GroupCall): string =>
  options.input === 'same' ? source.kind : options.input;

/** How the results refer to what they are results of. */
export const combineInput = ({ source, options }: GroupCall, shards: Shards): CombineInput => ({
  schema: source.schema,
  declared: options.schema,
  describeGroup: (group) => describeKey(source.key(group)),
  inputRows: ({ first, numRows }, column) => {
    const batch = shards.batches[shards.batchOf ? shards.batchOf[first] : 0];
    return batch.columns[column].slice(shards.from[first], numRows);
  },
});
