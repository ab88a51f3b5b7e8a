import type { GroupCache } from '../cache/index.js';
import { type Results, reviveResults, type WireResults } from '../combine/index.js';
import type { GroupError } from '../errors.js';
import { initializerErrorOf, mapTraces } from '../failures/index.js';
import type { JobEvents } from '../run/index.js';
import { TraceMapper } from '../ship/index.js';
import { type ApartResults, reviveApart } from './apart/index.js';
import { type GroupCall, workersOf } from './group-call.js';
import { groupErrorOf } from './group-error.js';
import { inputFieldsOf } from './group-kernel.js';
import type { GroupSource, Shards } from './group-source.js';
import { inputRowsOf } from './input-rows.js';
import type { PreparedGroups } from './prepare-groups.js';
import type { RunRecord } from './report/index.js';
import { restoreGroups } from './restore-groups.js';
import { ResultCollector, type ResultSink } from './result-collector.js';
import { noteCrew, runJob } from './run-job.js';
import { warnOfUndefined } from './warn-of-undefined.js';
import { untilPrinted, warnOfUnknownColumns } from './warn-of-unknown-columns.js';

/** How to run groups, beside the call's options. */
export interface RunGroupsOptions {
  readonly sink: ResultSink;
  readonly record: RunRecord;
  /** Told of progress, beside the call's option `progress`. */
  readonly onProgress?: JobEvents['onProgress'];
  readonly isOrdered?: boolean;
  readonly maxBacklog?: number;
}

/** Runs the function on all groups. Returns the errors that `onError` let pass, in group order. */
export async function runGroups(
  call: GroupCall,
  prepared: PreparedGroups,
  { sink: given, record, onProgress, ...how }: RunGroupsOptions,
): Promise<GroupError[]> {
  const { source, options, shipped } = call;
  const { shards, cache } = prepared;
  const sink = cache ? keepingInCache(given, cache, how.maxBacklog !== undefined) : given;
  const isApart = shipped !== undefined && options.backend === 'processes';
  const reviveAny = reviverOf(call, shards);
  let undefineds = 0;
  const revive = (results: unknown) => {
    const revived = reviveAny(results);
    undefineds += revived.undefineds ?? 0;
    return revived;
  };
  const collector = new ResultCollector(call, sink, revive);
  const known = cache?.known ?? [];
  const knownRows = known.reduce((sum, group) => sum + source.sizes[group], 0);
  const events: JobEvents = {
    ...collector.events,
    onResults(delivery) {
      if (isApart) cache?.noteRun(delivery.indices, (delivery.results as ApartResults).unique);
      collector.events.onResults(delivery);
    },
    onFailure(failure) {
      // After a late failure the group's result stands.
      if (failure.kind !== 'late') cache?.fail(failure.index);
      return collector.events.onFailure(failure);
    },
    onRetry(failure) {
      record.retry(failure, groupErrorOf(failure, call));
    },
    onRerun: restorerOf(source, shards),
    onMoreWorkers() {
      noteCrew(call, record, workersOf(call), 'it takes longer than earlier calls of this function');
    },
    onProgress({ count, weight, waitsFor }) {
      const done = { count: count + known.length, weight: weight + knownRows, waitsFor };
      collector.events.onProgress?.(done);
      onProgress?.(done);
    },
  };
  const { batchSize, timeout, retries } = options;
  const indices = known.length > 0 ? allBut(known, source.count) : undefined;
  const { timings } = record;
  const work = { count: source.count, indices, weights: source.sizes };
  const job = { ...work, batchSize, timeout, retries, timings, ...how };
  let isComplete = false;
  try {
    if (cache && known.length > 0) {
      given.add(cache.knownResults(), { results: undefined, indices: known, taken() {} });
      events.onProgress?.({ count: 0, weight: 0 });
    }
    if (known.length < source.count) {
      const run = () => runJob({ call, prepared, job, events, record });
      await (call.initializer ? call.initializer.during(run) : run());
    }
    isComplete = !options.signal.aborted && collector.error === undefined;
  } catch (error) {
    if (shipped) mapTraces(error, TraceMapper.of(shipped));
    throw initializerErrorOf(error);
  } finally {
    // However the call ends: the next one goes on where this one was.
    await cache?.store();
    collector.progress?.end(isComplete);
  }
  if (collector.error) throw collector.error.thrown;
  if (isComplete && source.count > 0) {
    const hasWarned = warnOfUnknownColumns(call);
    if ((undefineds === source.count && warnOfUndefined(call)) || hasWarned) await untilPrinted();
  }
  return collector.failed.sort((a, b) => a.index - b.index);
}

/** Returns what makes results of what the threads or processes of a call sent. */
function reviverOf({ shipped, options }: GroupCall, shards: Shards): (results: unknown) => Results {
  if (!shipped) return (results) => results as Results;
  const fieldsOf = inputFieldsOf(shards);
  if (options.backend !== 'processes') return (results) => reviveResults(results as WireResults, fieldsOf);
  const inputRows = inputRowsOf(shards);
  return (results) => reviveApart(results as ApartResults, fieldsOf, inputRows);
}

/** Returns what gives groups their rows again, which their function may have changed. */
function restorerOf(source: GroupSource, shards: Shards): (groups: readonly number[]) => void {
  /** Kept as long as memory allows: many groups may fail one by one. */
  let lastSplit: WeakRef<Shards> | undefined;
  return (groups) => {
    const fresh = lastSplit?.deref() ?? source.split();
    lastSplit = new WeakRef(fresh);
    restoreGroups(groups, shards, fresh);
  };
}

/** Returns a sink that also caches the results. `isShown`: the user sees results before they are stored. */
const keepingInCache = (sink: ResultSink, cache: GroupCache, isShown: boolean): ResultSink => ({
  add(results, delivery) {
    cache.keep(results, delivery.indices, isShown);
    sink.add(results, delivery);
  },
  replace: (group, result) => sink.replace(group, result),
});

/** Returns the groups that are not in `left`, in shared memory. `left` is in ascending order. */
function allBut(left: readonly number[], count: number): Int32Array {
  const rest = new Int32Array(new SharedArrayBuffer((count - left.length) * 4));
  let skipped = 0;
  for (let group = 0; group < count; group++) {
    if (left[skipped] === group) skipped++;
    else rest[group - skipped] = group;
  }
  return rest;
}
