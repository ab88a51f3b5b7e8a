import type { Schema, Table } from 'apache-arrow';
import type { Results, Segment } from '../combine/index.js';
import type { DatasetWriter } from '../files/index.js';
import { ResultQueue } from '../run/index.js';
import { throwIfAborted } from '../util/index.js';
import type { Begun } from './begin-call.js';
import { partCombinerOf } from './combine-groups.js';
import type { GroupCall } from './group-call.js';
import { describeKey, type Shards } from './group-source.js';
import { type QueuedGroup, queueResults } from './queue-results.js';
import type { ResultSink } from './result-collector.js';
import { BACKLOG_PER_WORKER } from './stream-groups.js';
import { bytesOf, JOINED_BYTES, JOINED_ROWS } from './write-results.js';

/*
 * The results of calls that run in waves, a part of the groups at a time, one by one or as files.
 */

/** How the results of waves are taken. */
export interface WaveOptions {
  readonly sink: ResultSink;
  readonly over: AbortController;
  /** For generators: whether results are wanted in order, and how many deliveries may wait to be taken. */
  readonly stream?: { readonly isOrdered: boolean; readonly maxBacklog: number };
}

/** Runs all waves. */
export type RunWaves = (how: WaveOptions) => Promise<void>;

/** Yields the results of all groups, one by one. Leaving the loop ends the waves. */
export async function* segmentsOf(
  { options: { signal, workers } }: Begun,
  run: RunWaves,
  over: AbortController,
  isOrdered: boolean,
  onEmpty?: (empty: NonNullable<Results['empty']>) => void,
): AsyncGenerator<Segment, void, undefined> {
  throwIfAborted(signal);
  const queue = new ResultQueue<QueuedGroup>(isOrdered);
  const stream = { isOrdered, maxBacklog: BACKLOG_PER_WORKER * workers };
  const queued = queueResults(queue);
  const sink: ResultSink = {
    add(results, delivery) {
      if (results.empty) onEmpty?.(results.empty);
      queued.add(results, delivery);
    },
    replace: queued.replace,
  };
  const running = run({ sink, over, stream }).then(
    () => queue.close(),
    (error: unknown) => queue.close({ error }),
  );
  try {
    for (let next = await queue.next(); next; next = await queue.next()) {
      const { segment, taken } = next.result;
      taken();
      throwIfAborted(signal);
      yield segment;
    }
    throwIfAborted(signal);
  } finally {
    over.abort();
    await running;
  }
}

/** Yields segments, and has their rows noted for a report. */
export async function* counted(
  segments: AsyncIterable<Segment>,
  record: { count(segment: Segment): void },
): AsyncGenerator<Segment, void, undefined> {
  for await (const segment of segments) {
    record.count(segment);
    yield segment;
  }
}

/** How results become tables. */
export interface Joining {
  /** Joins some results, as a part of all. */
  combine(results: readonly Results[]): Table;
  /** Returns the schema of the grouped table once there are results; undefined if the caller declared one. */
  known(): Schema | undefined;
  /** Says in messages which results a table has. */
  describe(first: number, last: number): string;
}

/** Returns how the results of a call become tables. */
export function joiningOf(call: GroupCall, shards: Shards): Joining {
  const keyOf = (group: number) => describeKey(call.source.key(group));
  const { combine, known } = partCombinerOf(call, shards);
  return {
    combine,
    known: () => known,
    describe: (first, last) => `the results of groups ${keyOf(first)} to ${keyOf(last)}`,
  };
}

/** Writes results in their order, a number of them at a time. */
export async function writeSegments(
  segments: AsyncIterable<Segment>,
  { combine, known, describe }: Joining,
  writer: DatasetWriter,
  emptyOf: () => Results['empty'],
): Promise<void> {
  let waiting: Segment[] = [];
  let rows = 0;
  let bytes = 0;
  let isEmpty = true;
  const handOver = async () => {
    const empty = waiting.length === 0 ? emptyOf() : undefined;
    const table = combine([{ segments: waiting, empty }]);
    const last = waiting.at(-1);
    const from = last ? describe(waiting[0].first, last.first) : 'the results';
    waiting = [];
    rows = 0;
    bytes = 0;
    isEmpty = false;
    await writer.add(table, from, known());
  };
  for await (const segment of segments) {
    waiting.push(segment);
    rows += segment.numRows;
    bytes += bytesOf(segment);
    if (rows >= JOINED_ROWS || bytes >= JOINED_BYTES) await handOver();
  }
  if (waiting.length > 0 || isEmpty) await handOver();
}
