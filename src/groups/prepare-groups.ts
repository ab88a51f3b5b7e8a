import { freemem } from 'node:os';
import { packBatch } from '../arrow/index.js';
import { GroupCache, openGroupStore } from '../cache/index.js';
import { createRowMemory } from '../combine/index.js';
import type { GroupKey } from '../errors.js';
import { formatCount } from '../progress/index.js';
import { idleWorkers, type JobEvents, runInline, runThreads } from '../run/index.js';
import { rowsOfPlaces } from '../split/index.js';
import { throwIfAborted, usableMemory } from '../util/index.js';
import { combineInput, formOf, formsOf, type GroupCall } from './group-call.js';
import { describeKey, type Shards } from './group-source.js';
import { describeOthers } from './group-views.js';
import { hashKernel, hashKernelSource } from './hash-kernel.js';
import { ParallelSplitter } from './parallel-splitter.js';
import { SplitFailure } from './split-parts.js';
import { MANY_ROWS, workersForRows } from './workers-for-rows.js';

/** Groups in shared memory, ready for the function. */
export interface PreparedGroups {
  readonly shards: Shards;
  readonly keys: readonly GroupKey[];
  /** The call's cache, with the results of known groups; missing without the option `cache`. */
  readonly cache?: GroupCache;
}

/** Splits the table into groups, and finds those whose results are cached. */
export async function prepareGroups(call: GroupCall): Promise<PreparedGroups> {
  const { cacheKey, source, options } = call;
  const { numRows } = source;
  // Reads while the workers split.
  const opening = cacheKey && openGroupStore(cacheKey, formOf(call), numRows);
  // Prevents an unhandled rejection; awaited below unless the split fails first.
  opening?.catch(() => {});
  const split = await splitGroups(call);
  const shards = joinsRows(call) ? withRowMemory(call, { ...split, written: nothingWritten(split) }) : split;
  const store = await opening;
  const keys = source.keys?.() ?? Array.from({ length: source.count }, (_, group) => source.key(group));
  if (store === undefined) return { shards, keys };
  const { inputRows } = combineInput(call, shards);
  const cache = new GroupCache(store, { count: source.count, numRows, batchOf: shards.batchOf, inputRows });
  await hashGroups(call, { shards, keys, cache });
  throwIfAborted(options.signal);
  await cache.readKnown();
  return { shards, keys, cache };
}

/**
 * Tells whether results come in the order of the rows. Columns that come back need not be moved then, unless
 * somebody wrote to them.
 */
const joinsRows = ({ verb, source }: GroupCall): boolean =>
  verb.expects === 'as many rows' && source.rowOrder !== undefined;

/** The share of the memory that result columns in the order of the rows may have. */
const ROW_MEMORY = 1 / 4;

/**
 * Adds memory for results in the order of the rows, where those who run the groups can write to it and nobody
 * wants to keep results apart.
 */
function withRowMemory({ source, options, cacheKey }: GroupCall, shards: Shards): Shards {
  const { backend, cluster } = options;
  const order = source.rowOrder?.();
  if (order === undefined || cacheKey || cluster || backend === 'processes') return shards;
  const { places, inPlace } = order;
  const length = source.sizes.reduce((sum, size) => sum + size, 0);
  const rows = inPlace ? undefined : rowsOfPlaces(places, length);
  const { numRows } = source;
  const most = Math.min(freemem(), usableMemory()) * ROW_MEMORY;
  const rowMemory = createRowMemory({ numRows, from: shards.from, rows }, most);
  return rowMemory ? { ...shards, rowMemory } : shards;
}

const nothingWritten = ({ batches }: Shards): Int32Array =>
  new Int32Array(new SharedArrayBuffer(batches[0].columns.length * 4));

/** This thread takes longer for so many rows than displays wait before they show anything. */
const SLOW_ROWS = 5_000_000;

/** Splits in the workers if they are idle and there is enough to do, otherwise in this thread. */
async function splitGroups(call: GroupCall): Promise<Shards> {
  const { source, options, progress, verb } = call;
  const { numRows } = source;
  const isOnce = verb.expects === 'any rows';
  const workers = workersForRows(call);
  const pays = workers > 0;
  progress?.waitFor(`splitting ${formatCount(numRows)} rows`, !pays && numRows >= SLOW_ROWS);
  if (!pays || source.splitWith === undefined) return source.split(isOnce);
  try {
    return await source.splitWith(new ParallelSplitter(workers, options.signal), isOnce);
  } catch (error) {
    if (error instanceof SplitFailure) return source.split();
    throw error;
  }
}

/** Hashes the groups, in the workers if they are idle and it is worth it. */
async function hashGroups(call: GroupCall, { shards, keys, cache }: Required<PreparedGroups>): Promise<void> {
  const { source, shipped, options } = call;
  const { count, sizes, numRows } = source;
  const { workers, signal } = options;
  if (count === 0) return;
  const { task } = cache;
  const { others } = formsOf(call, shards);
  const rows = { ...shards, others, keys };
  const job = { count, weights: sizes };
  const events: JobEvents = {
    onResults() {},
    onFailure({ index, error }) {
      cache.warnOfUnhashed(describeKey(keys[index]), error);
      return true;
    },
  };
  const idle = shipped && numRows >= MANY_ROWS ? Math.min(idleWorkers(), workers) : 0;
  if (idle < 2) return runInline(hashKernel(task, rows), job, events, signal);
  const kernel = hashKernelSource({
    ...rows,
    batches: shards.batches.map(packBatch),
    others: describeOthers(others),
    cache: task,
  });
  await runThreads({ ...job, kernel }, idle, events, signal);
}
