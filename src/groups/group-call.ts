import type { GroupCacheKey } from '../cache/index.js';
import { codecsApart, codecsElsewhere, valueCodecs } from '../codecs/index.js';
import type { CombineInput } from '../combine/index.js';
import type { ProgressReporter } from '../progress/index.js';
import { warmChildren, warmPool } from '../run/index.js';
import { type ShippedFunction, ship } from '../ship/index.js';
import { isInsideWorker } from '../util/index.js';
import { apartKernel } from './apart/index.js';
import type { DatasetProgress } from './datasets/index.js';
import { type AnyGroupFunction, groupKernel } from './group-kernel.js';
import { describeKey, type GroupSource, type Shards } from './group-source.js';
import type { OtherRows } from './group-views.js';
import type { CallInitializer } from './initializer.js';
import { inputRowsOf } from './input-rows.js';
import type { KeptResults } from './kept-results.js';
import type { Crew } from './progress.js';
import type { ResolvedOptions } from './resolve-options.js';
import { runsAlone } from './runs-alone.js';
import type { Verb } from './verb.js';

/** A call on groups that knows its groups. */
export interface GroupCall {
  readonly verb: Verb;
  readonly source: GroupSource;
  readonly fn: AnyGroupFunction;
  /** The function as workers get it; undefined where the groups run in this thread. */
  readonly shipped: ShippedFunction | undefined;
  readonly initializer: CallInitializer | undefined;
  readonly options: ResolvedOptions;
  /** Written when the groups begin to run. */
  readonly crew: Crew;
  /** The results that stay on the cluster; missing if they come here. */
  readonly kept?: KeptResults;
  /** Missing where nobody wants to know how far the call is. */
  readonly progress?: ProgressReporter | DatasetProgress;
  /** Key of the cached results; missing without a cache. */
  readonly cacheKey?: GroupCacheKey;
}

/** The needs of a call that are known before its groups. */
export interface WorkerNeeds {
  /** Returns an upper limit of the number of groups. */
  readonly mostGroups: () => number;
  /** The kinds of the frames. */
  readonly kinds: readonly string[];
  readonly hasCache: boolean;
}

/** Workers that any call starts. More start only if there are more groups. */
export const FEWEST_WORKERS = 4;

/** Ships a function with the class of its groups. Returns undefined where the groups run in this thread. */
export function shipToWorkers(
  fn: AnyGroupFunction,
  { backend, cluster, workers, initializer, input }: ResolvedOptions,
  { mostGroups, kinds, hasCache }: WorkerNeeds,
  frameClass?: { readonly name: string },
): ShippedFunction | undefined {
  if (cluster) return ship(fn, codecsElsewhere('the executors of a cluster'), undefined, initializer);
  if ((backend !== 'threads' && backend !== 'processes') || isInsideWorker()) return undefined;
  const isApart = backend === 'processes';
  const companion = frameClass && { value: frameClass, name: frameClass.name };
  const codecs = isApart ? codecsApart('child processes') : valueCodecs;
  const shipped = ship(fn, codecs, companion, initializer);
  // The workers start while this thread splits.
  const isAlone = runsAlone(shipped, input === 'same' ? kinds : [input], hasCache && !isApart);
  if (isApart) warmChildren(Math.min(workers, mostGroups()), apartKernel(isAlone));
  else warmPool(Math.min(workers, Math.max(FEWEST_WORKERS, mostGroups())), groupKernel(isAlone));
  return shipped;
}

/** Returns how many threads, processes or places in the event loop a call uses. */
export const workersOf = ({ source, shipped, options }: GroupCall): number =>
  shipped || options.backend === 'async' ? Math.max(1, Math.min(options.workers, source.count)) : 1;

/** Returns the form in which the function gets its groups. */
export const formOf = ({ source, options }: GroupCall): string =>
  options.input === 'same' ? source.kind : options.input;

/** Returns the form of a call's first frame, and the other frames with theirs. */
export function formsOf(call: GroupCall, { others }: Shards) {
  const { input } = call.options;
  return {
    form: formOf(call),
    others: others?.map(
      ({ kind, ...rows }): OtherRows => ({ ...rows, form: input === 'same' ? kind : input }),
    ),
  };
}

/** Returns what combining needs to know of the groups that the results come from. */
export const combineInput = ({ source, options }: GroupCall, shards: Shards): CombineInput => ({
  schema: source.schema,
  declared: options.schema,
  describeGroup: (group) => describeKey(source.key(group)),
  follows(a, b) {
    const { from, batchOf, others } = shards;
    if (others || b.first !== a.first + a.counts.length) return false;
    const isOneTable = !batchOf || batchOf[a.first] === batchOf[b.first];
    return isOneTable && from[b.first] === from[a.first] + a.numRows;
  },
  inputRows: inputRowsOf(shards),
});
