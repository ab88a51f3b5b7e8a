import { type CombineInput, combine } from '../../combine/index.js';
import type { DatasetWriter } from '../../files/index.js';
import { adapterFor } from '../../frame/index.js';
import { type Caller, endingGenerator } from '../../util/index.js';
import { type Begun, type ResultStream, tellingCaller } from '../begin-call.js';
import { WavesRecord } from '../report/index.js';
import { ResultStore } from '../result-collector.js';
import { counted, type Joining, type RunWaves, segmentsOf, writeSegments } from '../wave-results.js';
import { writeResults } from '../write-results.js';
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
  const record = new WavesRecord(begun.options.report);
  if (begun.options.to) return writeResults(begun, (writer) => writeWaves(begun, reader, writer, record));
  const store = new ResultStore();
  await runWaves(begun, reader, { sink: store, over: new AbortController() }, record);
  record.lapApply();
  const output = outputOf(begun, reader);
  const results = store.take();
  const table = combine(results, inputOf(begun, reader));
  await output.load?.();
  const frame = output.fromArrow(table);
  for (const { segments } of results) for (const segment of segments) record.count(segment);
  await record.send();
  return frame;
}

/** Does the same, and yields the results one by one. */
export function streamFrames(begun: Begun, given: GivenFrames, caller: Caller): ResultStream {
  return endingGenerator((over) => tellingCaller(caller, async () => streamWaves(begun, given, over)));
}

async function* streamWaves(begun: Begun, given: GivenFrames, over: AbortController): ResultStream {
  const reader = readerOf(given, begun);
  const record = new WavesRecord(begun.options.report);
  const isOrdered = begun.options.returnAs === 'generator';
  for await (const segment of segmentsOf(begun, runOf(begun, reader, record), over, isOrdered)) {
    record.count(segment);
    const output = outputOf(begun, reader);
    await output.load?.();
    const index = segment.first;
    const table = combine([{ segments: [segment] }], inputOf(begun, reader));
    yield { key: index, index, frame: output.fromArrow(table) };
  }
  record.lapApply();
  await record.send();
}

/** Writes the results in their order, a number of them at a time. */
async function writeWaves(
  begun: Begun,
  reader: BatchReader,
  writer: DatasetWriter,
  record: WavesRecord,
): Promise<void> {
  const joining: Joining = {
    combine: (results) => combine(results, { ...inputOf(begun, reader), isPart: true }),
    known: () => (begun.options.schema ? undefined : reader.schema),
    describe: (first, last) => `the results of batches ${first} to ${last}`,
  };
  const segments = segmentsOf(begun, runOf(begun, reader, record), new AbortController(), true);
  await writeSegments(counted(segments, record), joining, writer, () => undefined);
  await record.send();
}

const runOf =
  (begun: Begun, reader: BatchReader, record: WavesRecord): RunWaves =>
  (how) =>
    runWaves(begun, reader, how, record);

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
