import type { Results, Segment } from '../combine/index.js';
import type { GroupError } from '../errors.js';
import { type Dataset, DatasetWriter, type ResolvedTarget } from '../files/index.js';
import { cpuCount } from '../options/index.js';
import { clock, ResultQueue } from '../run/index.js';
import { isInsideWorker, throwIfAborted } from '../util/index.js';
import { partCombinerOf } from './combine-groups.js';
import { type GroupCall, workersOf } from './group-call.js';
import { describeKey } from './group-source.js';
import { prepareGroups } from './prepare-groups.js';
import { type QueuedGroup, queueSegments } from './queue-results.js';
import { CallRecord } from './report/index.js';
import { runGroups } from './run-groups.js';

/** Deliveries for each worker that may wait to be taken; each is about ten milliseconds of work. */
const BACKLOG_PER_WORKER = 16;
/** Results of so many rows or bytes are joined before they are handed over to be written. */
export const JOINED_ROWS = 256 * 1024;
export const JOINED_BYTES = 64 * 1024 * 1024;
/** Bytes that a value handed back unchanged is taken for. */
const INPUT_BYTES = 8;

/** Opens the place that a call writes to, has `write` write, and resolves to what was written. */
export async function writeResults(
  { verb, options }: Pick<GroupCall, 'verb' | 'options'>,
  write: (writer: DatasetWriter) => Promise<void>,
): Promise<Dataset> {
  const { signal, backend, memoryLimit } = options;
  const workers = backend === 'inline' || isInsideWorker() ? 0 : Math.min(options.workers, cpuCount());
  const how = { verb: verb.name, signal, workers, memoryLimit };
  const writer = await DatasetWriter.open(options.to as ResolvedTarget, how);
  try {
    await write(writer);
    return await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/** Runs all groups, and writes their results in group order while others still run. */
export async function writeInGroupOrder(given: GroupCall, writer: DatasetWriter): Promise<void> {
  const { source } = given;
  throwIfAborted(given.options.signal);
  const over = new AbortController();
  const signal = AbortSignal.any([given.options.signal, over.signal]);
  const call = { ...given, options: { ...given.options, signal } };
  const began = clock();
  const prepared = await prepareGroups(call);
  const { shards, cache } = prepared;
  const record = new CallRecord(source, workersOf(call), call.options.report, began);
  const { combine, known } = partCombinerOf(call, shards);
  record.lap('split');

  const queue = new ResultQueue<QueuedGroup>(true);
  let empty: Results['empty'];
  const sink = queueSegments(queue, (found) => {
    if (empty === undefined || found.group < empty.group) empty = found;
  });
  let failed: GroupError[] = [];
  const running = runGroups(call, prepared, {
    sink,
    record,
    isOrdered: true,
    maxBacklog: BACKLOG_PER_WORKER * workersOf(call),
  }).then(
    (errors) => {
      failed = errors;
      queue.close();
    },
    (error: unknown) => queue.close({ error }),
  );
  let segments: Segment[] = [];
  let size = { rows: 0, bytes: 0 };
  let isEmpty = true;
  const handOver = async () => {
    const [first, last] = [segments[0], segments[segments.length - 1]].map(({ first }) => first);
    const from = `the results of groups ${describeKey(source.key(first))} to ${describeKey(source.key(last))}`;
    const table = combine([{ segments }]);
    segments = [];
    size = { rows: 0, bytes: 0 };
    isEmpty = false;
    await writer.add(table, from, known);
  };
  try {
    for (let next = await queue.next(); next; next = await queue.next()) {
      const { segment, taken } = next.result;
      throwIfAborted(given.options.signal);
      record.count(segment);
      segments.push(segment);
      size.rows += segment.numRows;
      size.bytes += bytesOf(segment);
      if (size.rows >= JOINED_ROWS || size.bytes >= JOINED_BYTES) await handOver();
      taken();
    }
    throwIfAborted(given.options.signal);
    record.lap('apply');
    if (segments.length > 0) await handOver();
    if (isEmpty) await writer.add(combine([{ segments: [], empty }]), 'the results', known);
    record.lap('combine');
    await record.send(failed, cache?.known.length);
  } finally {
    over.abort();
    await running;
  }
}

/** Estimates the bytes of a segment. */
export const bytesOf = ({ numRows, columns }: Segment): number =>
  columns.reduce((sum, { data }) => sum + (data?.byteLength ?? numRows * INPUT_BYTES), 0);
