import { type CombineInput, combine, type Segment } from '../../combine/index.js';
import type { DatasetWriter } from '../../files/index.js';
import { adapterFor } from '../../frame/index.js';
import { ResultQueue } from '../../run/index.js';
import { endingGenerator, throwIfAborted } from '../../util/index.js';
import { type Begun, type Caller, type ResultStream, tellingCaller } from '../begin-call.js';
import { type QueuedGroup, queueResults } from '../queue-results.js';
import { ResultStore } from '../result-collector.js';
import { BACKLOG_PER_WORKER } from '../stream-groups.js';
import { bytesOf, JOINED_BYTES, JOINED_ROWS, writeResults } from '../write-results.js';
import { BatchReader } from './batch-reader.js';
import { runWaves } from './waves.js';

/** An iterable of frames whose batches a function is to get. */
export interface GivenFrames {
  readonly frames: Iterable<unknown> | AsyncIterable<unknown>;
  readonly batchRows: number | undefined;
}

const readerOf = ({ frames, batchRows }: GivenFrames, { options }: Begun): BatchReader =>
  new BatchReader(frames, batchRows, options.workers);

/**
 * Runs the function on the batches of an iterable of frames, and joins the results in their order. With the
 * option `to` it writes them as they come, and resolves to the data set that was written.
 */
export async function mapFrames(begun: Begun, given: GivenFrames): Promise<unknown> {
  const reader = readerOf(given, begun);
  if (begun.options.to) return writeResults(begun, (writer) => writeWaves(begun, reader, writer));
  const store = new ResultStore();
  await runWaves(begun, reader, { sink: store, over: new AbortController() });
  const output = outputOf(begun, reader);
  const table = combine(store.take(), inputOf(begun, reader));
  await output.load?.();
  return output.fromArrow(table);
}

/** Does the same, and yields the results one by one. */
export function streamFrames(begun: Begun, given: GivenFrames, caller: Caller): ResultStream {
  return endingGenerator((over) => tellingCaller(caller, async () => streamWaves(begun, given, over)));
}

async function* streamWaves(begun: Begun, given: GivenFrames, over: AbortController): ResultStream {
  const reader = readerOf(given, begun);
  for await (const segment of segmentsOf(begun, reader, over, begun.options.returnAs === 'generator')) {
    const output = outputOf(begun, reader);
    await output.load?.();
    const index = segment.first;
    const table = combine([{ segments: [segment] }], inputOf(begun, reader));
    yield { key: index, index, frame: output.fromArrow(table) };
  }
}

/** Writes the results in their order, a number of them at a time. */
async function writeWaves(begun: Begun, reader: BatchReader, writer: DatasetWriter): Promise<void> {
  let segments: Segment[] = [];
  let rows = 0;
  let bytes = 0;
  let isEmpty = true;
  const handOver = async () => {
    const table = combine([{ segments }], inputOf(begun, reader));
    const from =
      segments.length > 0
        ? `the results of batches ${segments[0].first} to ${segments.at(-1)?.first}`
        : 'the results';
    segments = [];
    rows = 0;
    bytes = 0;
    isEmpty = false;
    await writer.add(table, from);
  };
  for await (const segment of segmentsOf(begun, reader, new AbortController(), true)) {
    segments.push(segment);
    rows += segment.numRows;
    bytes += bytesOf(segment);
    if (rows >= JOINED_ROWS || bytes >= JOINED_BYTES) await handOver();
  }
  if (segments.length > 0 || isEmpty) await handOver();
}

/** Yields the results of all batches, one by one. */
async function* segmentsOf(
  begun: Begun,
  reader: BatchReader,
  over: AbortController,
  isOrdered: boolean,
): AsyncGenerator<Segment, void, undefined> {
  const { signal, workers } = begun.options;
  throwIfAborted(signal);
  const queue = new ResultQueue<QueuedGroup>(isOrdered);
  const stream = { isOrdered, maxBacklog: BACKLOG_PER_WORKER * workers };
  const running = runWaves(begun, reader, { sink: queueResults(queue), over, stream }).then(
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

const outputOf = ({ options: { output } }: Begun, { kind = 'arrow' }: BatchReader) =>
  adapterFor(output === 'same' ? kind : output);

const inputOf = ({ options }: Begun, { schema }: BatchReader): CombineInput => ({
  schema,
  declared: options.schema,
  describeGroup: String,
  inputRows() {
    throw new TypeError('the results of waves have all their rows');
  },
});
