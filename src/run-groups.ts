import { GroupCache, type GroupCacheKey } from './cache/index.js';
import { Collector, type Sink } from './collector.js';
import { type CombineInput, type Results, reviveResults, type WireResults } from './combine/index.js';
import { digestKernel, digestKernelSource } from './digest-kernel.js';
import type { GroupError, GroupKey } from './errors.js';
import { mapTraces } from './explain-failure.js';
import { checkShippable, describeAdapter, describeBatch, describeSchema, registered } from './frame/index.js';
import { frameCodecs } from './frame-codecs.js';
import {
  type AnyGroupFunction,
  GroupKernel,
  groupKernelSource,
  groupKernelUrl,
  prepareForm,
  readersOf,
  withDigests,
} from './group-kernel.js';
import { describeKey, type GroupSource, type Shards } from './group-source.js';
import { isInsideWorker } from './nesting.js';
import type { ResolvedOptions } from './options.js';
import { restoreGroups } from './restore-groups.js';
import {
  idleWorkers,
  type Job,
  type JobEvents,
  type Journal,
  runEventLoop,
  runInline,
  runThreads,
  warmPool,
} from './run/index.js';
import { type ShippedFunction, ship } from './ship/index.js';
import { SplitCrew, SplitFailure } from './split-crew.js';

/** A call of applyParallel that knows its groups. */
export interface Call {
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

/** A function on its way to the workers; undefined where the groups run in this thread. */
export function shipToWorkers(
  fn: AnyGroupFunction,
  { backend, workers }: ResolvedOptions,
  mostGroups: () => number,
): ShippedFunction | undefined {
  if (backend !== 'threads' || isInsideWorker()) return undefined;
  const shipped = ship(fn, frameCodecs);
  // They start while this thread splits.
  warmPool(Math.min(workers, Math.max(FEW, mostGroups())), groupKernelUrl);
  return shipped;
}

/** Threads, or places in the event loop, that a call will use. */
export const workersOf = ({ source, shipped, options }: Call): number =>
  shipped || options.backend === 'async' ? Math.max(1, Math.min(options.workers, source.count)) : 1;

/** Fewer rows are split in this thread before workers have found and agreed on their keys, however many they are. */
const MANY_ROWS = 200_000;
/** Rows times workers from which on workers are quicker. Two gain from a million rows on; that more of them gain sooner is assumed. */
const MUCH_WORK = 2_000_000;

/**
 * Puts the groups into shared memory: by the workers, where they have nothing else to do and there is enough for them, else in this
 * thread. Workers that are still starting up cost nothing then, since the split ends before they have.
 */
async function splitGroups({ source, shipped, options }: Call): Promise<Shards> {
  const { signal } = options;
  const { numRows } = source;
  const workers = shipped && numRows >= MANY_ROWS ? Math.min(idleWorkers(), options.workers) : 0;
  const pays = workers > 1 && numRows * workers >= MUCH_WORK;
  if (!pays || source.splitWith === undefined) return source.split();
  try {
    return await source.splitWith(new SplitCrew(workers, signal));
  } catch (error) {
    if (error instanceof SplitFailure) return source.split();
    throw error;
  }
}

/** How the results refer to what they are results of. */
export const combineInput = ({ source, options }: Call, shards: Shards): CombineInput => ({
  schema: source.schema,
  declared: options.schema,
  describeGroup: (group) => describeKey(source.key(group)),
  inputRows: ({ first, numRows }, column) => {
    const batch = shards.batches[shards.batchOf ? shards.batchOf[first] : 0];
    return batch.columns[column].slice(shards.from[first], numRows);
  },
});

/** How results are wanted, beside what the options say. */
export interface Delivering {
  readonly sink: Sink;
  readonly journal: Journal | undefined;
  readonly isOrdered?: boolean;
  readonly backlog?: number;
  readonly cache?: GroupCache;
}

/** Puts the groups into shared memory, with all that the cache of the call, if it has one, knows of them. */
export async function prepareGroups(
  call: Call,
): Promise<{ readonly shards: Shards; readonly cache?: GroupCache }> {
  const { cacheKey, source, options } = call;
  const opening = cacheKey && GroupCache.open(cacheKey, formOf(source, options), source.numRows);
  const shards = await splitGroups(call);
  const makeCache = await opening;
  if (makeCache === undefined) return { shards };
  const cache = makeCache({ count: source.count, batchOf: shards.batchOf });
  await hashGroups(call, shards, cache);
  await cache.recall();
  return { shards, cache };
}

async function hashGroups(
  { source, shipped, options }: Call,
  shards: Shards,
  cache: GroupCache,
): Promise<void> {
  const { count, sizes } = source;
  const { workers, signal } = options;
  if (count === 0) return;
  const { task } = cache;
  const rows = { ...shards, sizes, keys: keysOf(source) };
  const job = { count, weights: sizes };
  const events: JobEvents = {
    onResults() {},
    onFailure({ index, error }) {
      cache.warnOfUnhashed(describeKey(source.key(index)), error);
      return true;
    },
  };
  if (shipped === undefined) return runInline(digestKernel(task, rows), job, events, signal);
  const batches = shards.batches.map(describeBatch);
  return runThreads(
    { ...job, kernel: digestKernelSource({ ...rows, batches, cache: task }) },
    workers,
    events,
    signal,
  );
}

const keysOf = (source: GroupSource): GroupKey[] =>
  Array.from({ length: source.count }, (_, group) => source.key(group));

const formOf = ({ kind }: GroupSource, { input }: ResolvedOptions): string =>
  input === 'same' ? kind : input;

/** Runs the function on all groups, wherever. Gives the errors that onError let pass, in group order. */
export async function runGroups(call: Call, shards: Shards, wanted: Delivering): Promise<GroupError[]> {
  const { source, options } = call;
  const { sink: given, cache, ...how } = wanted;
  const sink = cache ? withKnown(given, cache) : given;
  const { shipped } = call;
  const revive = (results: unknown) =>
    shipped ? reviveResults(results as WireResults) : (results as Results);
  const collector = new Collector(source, options, sink, revive, shipped);
  const events: JobEvents = {
    ...collector.events,
    onRerun: (groups) => restoreGroups(groups, source.sizes, shards, source.split()),
  };
  const { batchSize, timeout } = options;
  const job = { count: source.count, weights: source.sizes, batchSize, timeout, ...how };
  let isComplete = false;
  try {
    if (cache?.knowsAll) deliverKnown(source, sink, events);
    else if (source.count > 0) await runJob(call, shards, job, events, cache);
    isComplete = !options.signal.aborted && collector.error === undefined;
  } catch (error) {
    if (shipped) mapTraces(error, shipped);
    throw error;
  } finally {
    collector.progress?.end(isComplete);
  }
  if (collector.error) throw collector.error.thrown;
  return collector.failed.sort((a, b) => a.index - b.index);
}

/** What workers left out because it is known comes with what they deliver. */
const withKnown = (sink: Sink, cache: GroupCache): Sink => ({
  add: (results, delivery) => sink.add(cache.complete(results, delivery.indices), delivery),
  replace: (group, result) => sink.replace(group, result),
});

/** Everything is known: there is nothing to run. */
function deliverKnown({ count, numRows }: GroupSource, sink: Sink, events: JobEvents): void {
  const indices = Array.from({ length: count }, (_, group) => group);
  sink.add({ segments: [], empty: undefined }, { results: undefined, indices, taken() {} });
  events.onProgress?.({ count, weight: numRows });
}

async function runJob(
  { source, fn, shipped, options }: Call,
  shards: Shards,
  job: Omit<Job, 'kernel'>,
  events: JobEvents,
  cache: GroupCache | undefined,
): Promise<void> {
  const { signal, schema, workers, backend, seed } = options;
  const form = formOf(source, options);
  const task = { ...shards, sizes: source.sizes, keys: keysOf(source), form, seed, cache: cache?.task };
  if (shipped !== undefined) {
    checkShippable(form);
    const kernel = groupKernelSource({
      ...task,
      fn: shipped,
      batches: shards.batches.map(describeBatch),
      adapters: registered()
        .filter(({ module }) => module !== undefined)
        .map(describeAdapter),
      schema: schema && describeSchema(schema),
    });
    return runThreads({ ...job, kernel }, workers, events, signal);
  }
  await prepareForm(form);
  const work = await withDigests({ ...task, fn, schema }, task.cache);
  if (backend !== 'async') return runInline(new GroupKernel(work), job, events, signal);
  const readers = readersOf(work);
  return runEventLoop(() => new GroupKernel(work, readers), job, workers, events, signal);
}
