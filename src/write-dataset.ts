import type { Table } from 'apache-arrow';
import { ApplyError } from './errors.js';
import { Dataset, DatasetWriter, resolveTarget, type WriteTarget } from './files/index.js';
import { adapterOf, requireAdapter } from './frame/index.js';
import { checkOptions, cpuCount, effectiveNJobs, nJobsRule, type Rules } from './options/index.js';
import { fromCaller, isInsideWorker, isObject, preview, throwIfAborted } from './util/index.js';

/** Options of {@link writeDataset}, beside those of its target. */
export interface WriteDatasetOptions {
  /**
   * How many threads encode what is written, as for `applyParallel`; `1`: this one.
   * @default -1, one per core
   */
  nJobs?: number;
  /** Ends the call: it rejects with `ERR_ABORTED`, and nothing is left of it. */
  signal?: AbortSignal;
}

const rules: Rules<WriteDatasetOptions> = {
  nJobs: nJobsRule,
  signal: [(value) => value instanceof AbortSignal, 'an AbortSignal'],
};

/**
 * Writes a frame, or frames as they come, to a file or to a folder of files: Parquet, Arrow or CSV. What is
 * written appears at its place when all is there; a call that fails or is aborted leaves what was there
 * before.
 *
 * Counterpart of `df.to_parquet`, `pyarrow.dataset.write_dataset` and `df.to_csv(index=False)`. Columns of
 * frames are united by name, as the results of {@link applyParallel} are. Dictionary columns get 32-bit
 * indices.
 *
 * @param frames a frame of any kind, an array or (async) iterable of frames, or a {@link Dataset}; their
 *   memory must not change until the promise resolves
 * @param to a path such as `'out.parquet'`, `'out.arrow'`, `'out.csv'` or `'out/'`, or an object that says
 *   more
 * @returns what was written, as {@link scan} opens it
 * @throws ApplyError `ERR_FILE_EXISTS` if something is there and `ifExists` is not `'replace'`; `ERR_WRITE`
 *   if the system refuses, such as for a full disk; `ERR_SCHEMA_MISMATCH` for frames that do not fit
 *   together; `ERR_UNSTORABLE` for types that the format does not have; `ERR_INVALID_OPTION`;
 *   `ERR_NOT_A_FRAME`; `ERR_ABORTED`
 * @example
 * const sales = tableFromArrays({ store: ['A', 'B', 'A'], price: Float64Array.of(1, 2, 3) });
 * const written = await writeDataset(sales, { path: '/tmp/sales', partitionBy: 'store', ifExists: 'replace'
 * }); written.files.length // 2
 */
export function writeDataset(
  frames: object | Iterable<object> | AsyncIterable<object>,
  to: WriteTarget,
  options: WriteDatasetOptions = {},
): Promise<Dataset> {
  return fromCaller(writeDataset, () => writeFrames(frames, to, options));
}

async function writeFrames(
  frames: object | Iterable<object> | AsyncIterable<object>,
  to: WriteTarget,
  options: WriteDatasetOptions,
): Promise<Dataset> {
  checkOptions('writeDataset', options, rules);
  const target = resolveTarget('writeDataset', to);
  const { nJobs, signal = new AbortController().signal } = options;
  throwIfAborted(signal);
  const jobs = effectiveNJobs(nJobs, cpuCount());
  const workers = jobs === 1 || isInsideWorker() ? 0 : jobs;
  // Looks at the first frame before anything is touched.
  const tables = tablesOf(frames);
  const first = await tables.next();
  if (first.done) {
    throw new ApplyError('ERR_NOT_A_FRAME', 'writeDataset: there is no frame, which would say the columns');
  }
  const writer = await DatasetWriter.open(target, { verb: 'writeDataset', signal, workers });
  try {
    await writer.add(first.value, 'frame 0');
    let k = 1;
    for await (const table of tables) await writer.add(table, `frame ${k++}`);
    return await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/** Yields the frames as tables; a data set without rows gives one without rows. */
async function* tablesOf(frames: unknown): AsyncGenerator<Table, void, undefined> {
  if (frames instanceof Dataset) {
    let isEmpty = true;
    for await (const table of frames) {
      isEmpty = false;
      yield table;
    }
    if (isEmpty) yield await frames.head(0);
    return;
  }
  if (!isObject(frames)) throw notFrames(frames);
  if (!isManyFrames(frames)) {
    yield toTable(frames);
    return;
  }
  for await (const frame of frames) {
    if (!isObject(frame)) throw notFrames(frame);
    yield toTable(frame);
  }
}

const toTable = (frame: object): Table => requireAdapter(frame).toArrow(frame, 'ERR_NOT_A_FRAME');

const notFrames = (value: unknown) =>
  new ApplyError(
    'ERR_NOT_A_FRAME',
    `writeDataset: frames must be a table, DataFrame or array of rows, or an iterable of these, got ${preview(value)}`,
  );

/** Tells whether an object is an iterable of frames, and not one frame, which may be iterable too. */
function isManyFrames(value: object): value is Iterable<unknown> | AsyncIterable<unknown> {
  if (Symbol.asyncIterator in value) return true;
  return Symbol.iterator in value && adapterOf(value) === undefined;
}
