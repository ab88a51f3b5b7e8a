import { describeBatch } from '../arrow/index.js';
import { GroupCache, openGroupStore } from '../cache/index.js';
import type { GroupKey } from '../errors.js';
import { idleWorkers, type JobEvents, runInline, runThreads } from '../run/index.js';
import { throwIfAborted } from '../util/index.js';
import { combineInput, formOf, type GroupCall } from './group-call.js';
import { describeKey, type Shards } from './group-source.js';
import { hashKernel, hashKernelSource } from './hash-kernel.js';
import { SplitCrew, SplitFailure } from './parallel-split.js';

/** Groups that a function can be run on. */
export interface Prepared {
  readonly shards: Shards;
  readonly keys: readonly GroupKey[];
  /** Where the call has one: with the results of the groups that are known. */
  readonly cache?: GroupCache;
}

/** Puts the groups into shared memory, and finds out which of them need not be run. */
export async function prepareGroups(call: GroupCall): Promise<Prepared> {
  const { cacheKey, source, options } = call;
  const { numRows } = source;
  // Reads while the workers split.
  const opening = cacheKey && openGroupStore(cacheKey, formOf(call), numRows);
  // Heard of below, unless the split fails first.
  opening?.catch(() => {});
  const shards = await splitGroups(call);
  const store = await opening;
  const keys = Array.from({ length: source.count }, (_, group) => source.key(group));
  if (store === undefined) return { shards, keys };
  const { inputRows } = combineInput(call, shards);
  const cache = new GroupCache(store, { count: source.count, numRows, batchOf: shards.batchOf, inputRows });
  await hashGroups(call, { shards, keys, cache });
  throwIfAborted(options.signal);
  await cache.readKnown();
  return { shards, keys, cache };
}

/** Fewer rows are split in this thread before workers have found and agreed on their keys, however many they are. */
const MANY_ROWS = 200_000;
/** Rows times workers from which on workers are quicker. Two gain from a million rows on; that more of them gain sooner is assumed. */
const MUCH_WORK = 2_000_000;

/**
 * Puts the groups into shared memory: by the workers, where they have nothing else to do and there is enough for them, else in this
 * thread. Workers that are still starting up cost nothing then, since the split ends before they have.
 */
async function splitGroups({ source, shipped, options }: GroupCall): Promise<Shards> {
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

/** In the workers, where they have nothing else to do and it is worth it. */
async function hashGroups(
  { source, shipped, options }: GroupCall,
  { shards, keys, cache }: Required<Prepared>,
): Promise<void> {
  const { count, sizes, numRows } = source;
  const { workers, signal } = options;
  if (count === 0) return;
  const { task } = cache;
  const rows = { ...shards, sizes, keys };
  const job = { count, weights: sizes };
  const events: JobEvents = {
    onResults() {},
    onFailure({ index, error }) {
      cache.warnOfUnhashed(describeKey(keys[index]), error);
      return true;
    },
  };
  const crew = shipped && numRows >= MANY_ROWS ? Math.min(idleWorkers(), workers) : 0;
  if (crew < 2) return runInline(hashKernel(task, rows), job, events, signal);
  const kernel = hashKernelSource({ ...rows, batches: shards.batches.map(describeBatch), cache: task });
  return runThreads({ ...job, kernel }, crew, events, signal);
}
