import type { GroupError } from '../errors.js';
import { adapterFor } from '../frame/index.js';
import { clock, ResultQueue } from '../run/index.js';
import { type Caller, endingGenerator, throwIfAborted } from '../util/index.js';
import { type ResultStream, tellingCaller } from './begin-call.js';
import { combinerOf } from './combine-groups.js';
import { type GroupCall, workersOf } from './group-call.js';
import { type PreparedGroups, prepareGroups } from './prepare-groups.js';
import { withProgress } from './progress.js';
import { type QueuedGroup, queueResults } from './queue-results.js';
import { CallRecord } from './report/index.js';
import { runGroups } from './run-groups.js';

/** Deliveries for each worker that may wait to be taken; each is about ten milliseconds of work. */
export const BACKLOG_PER_WORKER = 4;

/** Returns the results of a call one by one. */
export function streamCall(callOf: () => Promise<GroupCall>, caller: Caller): ResultStream {
  return endingGenerator((over) => tellingCaller(caller, async () => streamGroups(await callOf(), over)));
}

/** Yields the results of a call one by one. Leaving the loop ends the call. */
export async function* streamGroups(given: GroupCall, over: AbortController): ResultStream {
  const { source } = given;
  throwIfAborted(given.options.signal);
  const signal = AbortSignal.any([given.options.signal, over.signal]);
  const call = withProgress({ ...given, options: { ...given.options, signal } });
  const output = adapterFor(call.options.output === 'same' ? source.kind : call.options.output);
  await output.load?.();
  const began = clock();
  let prepared: PreparedGroups;
  try {
    prepared = await prepareGroups(call);
  } catch (error) {
    call.progress?.end(false);
    // After the loop was left, errors have no reader.
    if (over.signal.aborted && !given.options.signal.aborted) return;
    throw error;
  }
  const { shards, cache } = prepared;
  const record = new CallRecord(source, workersOf(call), call.options.report, began);
  const combineResults = combinerOf(call, shards);
  record.lap('split');

  const isOrdered = call.options.returnAs === 'generator';
  const queue = new ResultQueue<QueuedGroup>(isOrdered);
  const maxBacklog = BACKLOG_PER_WORKER * workersOf(call);
  let failed: GroupError[] = [];
  const running = runGroups(call, prepared, {
    sink: queueResults(queue),
    record,
    isOrdered,
    maxBacklog,
  }).then(
    (errors) => {
      failed = errors;
      queue.close();
    },
    (error: unknown) => queue.close({ error }),
  );
  try {
    for (let next = await queue.next(); next; next = await queue.next()) {
      const { segment, taken } = next.result;
      taken();
      throwIfAborted(given.options.signal);
      record.count(segment);
      const index = segment.first;
      const table = combineResults([{ segments: [segment] }]);
      yield { key: source.key(index), index, frame: output.fromArrow(table) };
    }
    throwIfAborted(given.options.signal);
    if (over.signal.aborted) return;
    record.lap('apply');
    record.lap('combine');
    await record.send(failed, cache?.known.length);
  } finally {
    over.abort();
    await running;
  }
}
