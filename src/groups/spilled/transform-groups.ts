import { tmpdir } from 'node:os';
import type { Schema } from 'apache-arrow';
import { type Batch, deriveSchema, tableOf } from '../../arrow/index.js';
import { type Segment, unifyBatchDictionaries } from '../../combine/index.js';
import { type DatasetWriter, RowSpill } from '../../files/index.js';
import { adapterFor } from '../../frame/index.js';
import { throwIfAborted } from '../../util/index.js';
import { applyToGroups } from '../apply-to-groups.js';
import { type Begun, groupCallOf } from '../begin-call.js';
import { bucketRange, DatasetGroupBy, type GroupRange, type SpilledGroups } from '../datasets/index.js';
import { combineInput } from '../group-call.js';
import { NO_SHARDS } from '../group-source.js';
import { inRowOrder } from '../in-row-order.js';
import { openDataset } from '../open-datasets.js';
import type { ResultSink } from '../result-collector.js';
import { bytesOf, writeResults } from '../write-results.js';
import { type RunningCall, withGroups } from './apply-to.js';
import { RowResults } from './row-results.js';

/** The share of the limit for rows that are read back at once; the next ones are read meanwhile. */
const BUCKET_SHARE = 1 / 16;

/** Results go to files when they take this much, which the thread joins in a short time. */
const FLUSHED_BYTES = 16 * 1024 * 1024;

/**
 * Runs the function on all groups, whatever they are of, and returns the results in the order of the rows.
 * Results of a data set that does not fit into memory go to files by ranges of rows, and are read back range
 * by range.
 */
export async function transformGroups(begun: Begun): Promise<unknown> {
  const { grouped, options } = begun;
  if (!(grouped instanceof DatasetGroupBy)) return applyToGroups(await groupCallOf(begun), inRowOrder);
  return withGroups(begun, () => openDataset(begun, grouped, { keepsRows: true }), {
    whole: (call) => applyToGroups(call, inRowOrder),
    spilled: (running) =>
      options.to ? writeResults(begun, (writer) => writeRows(running, writer)) : tableOfRows(running),
  });
}

async function writeRows(running: RunningCall<SpilledGroups>, writer: DatasetWriter): Promise<void> {
  await withRowsInFiles(running, async ({ schema, batches }) => {
    for await (const batch of batches) {
      const unified = unifyBatchDictionaries(schema, [batch]);
      await writer.add(tableOf(unified.schema, unified.batches), 'the results');
    }
  });
}

async function tableOfRows(running: RunningCall<SpilledGroups>): Promise<unknown> {
  const { output } = running.call.options;
  const adapter = adapterFor(output === 'same' ? 'arrow' : output);
  await adapter.load?.();
  return withRowsInFiles(running, async (rows) => {
    const read: Batch[] = [];
    for await (const batch of rows.batches) read.push(batch);
    const { schema, batches } = unifyBatchDictionaries(rows.schema, read);
    return adapter.fromArrow(tableOf(schema, batches));
  });
}

/** Results in the order of their rows. */
interface RowsInFiles {
  readonly schema: Schema;
  readonly batches: AsyncIterable<Batch>;
}

/** Runs all groups, has `use` read their results, and removes the files. */
async function withRowsInFiles<T>(
  running: RunningCall<SpilledGroups>,
  use: (rows: RowsInFiles) => Promise<T>,
): Promise<T> {
  const { call, opened } = running;
  const { groups, memoryLimit, workers } = opened;
  const { signal, spillTo = tmpdir() } = call.options;
  const { numRows } = groups;
  const bytes = opened.ranges.reduce((sum, range) => sum + range.bytes, 0);
  const plan = { numRows, bytes, bucketBytes: memoryLimit * BUCKET_SHARE, parent: spillTo };
  const spill = await RowSpill.open(plan);
  try {
    const results = new RowResults(spill, combineInput(call, NO_SHARDS));
    await runInto(results, running);
    throwIfAborted(signal);
    const found = results.schema(numRows);
    const schema = call.options.schema ? found : deriveSchema(call.source.schema, [...found.fields], 'rows');
    return await use({ schema, batches: readBack(spill, schema, { workers, signal }) });
  } finally {
    await spill.remove();
  }
}

/**
 * Runs all groups. Results go to files when a range is done, or earlier if they are large. Groups run
 * meanwhile, also those of the next range if both fit into memory.
 */
async function runInto(results: RowResults, running: RunningCall<SpilledGroups>): Promise<void> {
  const { memoryLimit } = running.opened;
  const most = Math.min(FLUSHED_BYTES, memoryLimit * BUCKET_SHARE);
  const over = new AbortController();
  let range: GroupRange | undefined;
  let rowsOf: RowsOf | undefined;
  let bytes = 0;
  let underWay: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;
  const flush = async () => {
    bytes = 0;
    if (range === undefined) return;
    rowsOf ??= rowsOfRange(running.opened, range);
    for (const segment of await results.flush(rowsOf)) running.notes.record.count(segment);
  };
  /** Flushes what is there now. To be called when no other flush is under way. */
  const begin = () => {
    underWay = flush()
      .catch((error: unknown) => {
        // Nobody awaits a flush that ends while groups run, so the error goes by way of the end of the call.
        failure ??= { error };
        over.abort();
      })
      .then(() => {
        underWay = undefined;
        if (bytes > most && !failure) begin();
      });
  };
  const untilFlushed = async () => {
    while (underWay) await underWay;
  };
  const add: ResultSink['add'] = (found, { taken }) => {
    results.add(found);
    for (const segment of found.segments) bytes += bytesOf(segment);
    taken();
    if (bytes > most && !underWay && !failure) begin();
  };
  const onRange = (next: GroupRange) => {
    range = next;
    rowsOf = undefined;
  };
  const onRangeDone = async () => {
    await untilFlushed();
    if (failure) return;
    begin();
    // The results may hold the rows of their range, which count as one of two ranges in memory.
    if (range && range.bytes > memoryLimit / 4) await untilFlushed();
  };
  const sink: ResultSink = { add, replace: (group, result) => results.replace(group, result) };
  try {
    await running.run({ over, sink, onRange, onRangeDone });
  } catch (error) {
    throw failure ? failure.error : error;
  } finally {
    // The files must not go while they are written.
    await untilFlushed();
  }
  if (failure) throw failure.error;
}

/** Returns the numbers of the rows of a segment's groups. */
type RowsOf = (segment: Segment) => Int32Array;

/** Reads the numbers of all rows of a range. */
function rowsOfRange({ groups, spill }: SpilledGroups, range: GroupRange): RowsOf {
  const { starts } = groups;
  const all = spill.rowsOf(bucketRange(range, starts));
  return ({ first, numRows }) => {
    const from = starts[first] - starts[range.first];
    return all.subarray(from, from + numRows);
  };
}

/** Reads rows range by range: while one is used, the next is read. */
async function* readBack(
  spill: RowSpill,
  schema: Schema,
  how: { readonly workers: number; readonly signal: AbortSignal },
): AsyncGenerator<Batch, void, undefined> {
  const ranges = spill.ranges();
  let next: Promise<Batch> | undefined;
  try {
    for (const [at, range] of ranges.entries()) {
      throwIfAborted(how.signal);
      const batch = await (next ?? spill.load(range, schema, how));
      const following = ranges.at(at + 1);
      next = following && spill.load(following, schema, how);
      // Prevents an unhandled rejection; awaited in the next turn, unless this one fails.
      next?.catch(() => {});
      yield batch;
      if (following?.bucket !== range.bucket) await spill.drop(range.bucket);
    }
  } finally {
    // The files must not go while a thread reads them.
    await next?.catch(() => {});
  }
}
