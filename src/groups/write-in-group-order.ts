import type { Results, Segment } from '../combine/index.js';
import type { DatasetWriter } from '../files/index.js';
import { clock, ResultQueue } from '../run/index.js';
import { throwIfAborted } from '../util/index.js';
import { type GroupCall, workersOf } from './group-call.js';
import { prepareGroups } from './prepare-groups.js';
import { type QueuedGroup, queueSegments } from './queue-results.js';
import { CallRecord } from './report/index.js';
import { runGroups } from './run-groups.js';
import { joiningOf, writeSegments } from './wave-results.js';

/** Deliveries for each worker that may wait to be taken; each is about ten milliseconds of work. */
const BACKLOG_PER_WORKER = 16;

/** Runs all groups, and writes their results in group order while others still run. */
export async function writeInGroupOrder(given: GroupCall, writer: DatasetWriter): Promise<void> {
  throwIfAborted(given.options.signal);
  const over = new AbortController();
  const signal = AbortSignal.any([given.options.signal, over.signal]);
  const call = { ...given, options: { ...given.options, signal } };
  const workers = workersOf(call);
  const began = clock();
  const prepared = await prepareGroups(call);
  const record = new CallRecord(given.source, workers, call.options.report, began);
  const joining = joiningOf(call, prepared.shards);
  record.lap('split');

  const queue = new ResultQueue<QueuedGroup>(true);
  let empty: Results['empty'];
  const sink = queueSegments(queue, (found) => {
    if (empty === undefined || found.group < empty.group) empty = found;
  });
  const how = { isOrdered: true, maxBacklog: BACKLOG_PER_WORKER * workers };
  const running = runGroups(call, prepared, { sink, record, ...how });
  const closing = running.then(
    () => queue.close(),
    (error: unknown) => queue.close({ error }),
  );
  try {
    await writeSegments(segmentsIn(queue, given, record), joining, writer, () => empty);
    record.lap('combine');
    await record.send(await running, prepared.cache?.known.length);
  } finally {
    over.abort();
    await closing;
  }
}

/** Yields the segments of a call as they come. Workers go on when the one before is written. */
async function* segmentsIn(
  queue: ResultQueue<QueuedGroup>,
  { options: { signal } }: GroupCall,
  record: CallRecord,
): AsyncGenerator<Segment, void, undefined> {
  for (let next = await queue.next(); next; next = await queue.next()) {
    const { segment, taken } = next.result;
    throwIfAborted(signal);
    record.count(segment);
    yield segment;
    taken();
  }
  throwIfAborted(signal);
  record.lap('apply');
}
