import { Schema } from 'apache-arrow';
import { type Batch, reviveData, reviveSchema } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { cpuCount } from '../options/index.js';
import { type JobEvents, ResultQueue, runInline, runThreads, warmPool } from '../run/index.js';
import { isInsideWorker, throwIfAborted } from '../util/index.js';
import { createReadKernel, READ_KERNEL, readKernelSource, type WirePart } from './read-kernel.js';
import type { ReadTask } from './read-task.js';

/** The size below which this thread reads the files faster than workers start. */
const INLINE_BYTES = 4 * 1024 * 1024;
/** Parts for each worker that may wait to be taken by a loop. */
const BACKLOG_PER_WORKER = 2;

/** A part that was read. */
export interface ReadPart {
  readonly batch: Batch;
  /** Lines of the part that were left out. */
  readonly skipped: number;
  /** Call when the batch is taken: a lazy reading then reads more. */
  taken(): void;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** True to read only a little more than was taken. */
  readonly isLazy: boolean;
  onProgress?(rows: number, parts: number): void;
}

/** Returns the number of workers that read a task; 0 if this thread reads it. */
export function workersFor({ parts }: ReadTask): number {
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  if (isInsideWorker() || parts.length < 2 || bytes < INLINE_BYTES) return 0;
  const workers = Math.min(cpuCount(), parts.length);
  return workers > 1 ? workers : 0;
}

/** Starts the workers that will read files of these bytes, while the main thread prepares the reading. */
export function warmForReading(bytes: number): void {
  if (bytes >= INLINE_BYTES && !isInsideWorker() && cpuCount() > 1) warmPool(cpuCount(), READ_KERNEL);
}

/** Reads the parts of a task, and yields them in their order. Leaving the loop ends the reading. */
export async function* readParts(
  task: ReadTask,
  { signal: given, isLazy, onProgress }: ReadOptions,
): AsyncGenerator<ReadPart, void, undefined> {
  throwIfAborted(given);
  const over = new AbortController();
  const signal = AbortSignal.any([given, over.signal]);
  const { fields, metadata } = reviveSchema(task.schema);
  const schema = new Schema(fields.slice(0, task.numColumns), metadata);
  const workers = workersFor(task);
  const queue = new ResultQueue<ReadPart>(true);
  let failure: unknown;
  const events: JobEvents = {
    onResults({ results, indices, taken }) {
      for (const { index, numRows, columns, skipped } of results as readonly WirePart[]) {
        const revived = columns.map((data, k) => reviveData(schema.fields[k].type, data));
        queue.add(index, { batch: { schema, numRows, columns: revived }, skipped, taken });
      }
      queue.settle(indices);
    },
    onFailure({ index, kind, error }) {
      failure = readFailure(kind, error);
      queue.endAt(index);
      return true;
    },
    onProgress: ({ count, weight }) => onProgress?.(weight, count),
  };
  const weights = new Int32Array(new SharedArrayBuffer(task.parts.length * 4));
  task.parts.forEach(({ numRows, bytes }, k) => {
    weights[k] = Math.min(numRows ?? bytes, 2 ** 31 - 1);
  });
  const job = {
    count: task.parts.length,
    weights,
    batchSize: 1,
    isOrdered: true,
    untilFailure: true,
    maxBacklog: isLazy ? BACKLOG_PER_WORKER * Math.max(1, workers) : undefined,
  };
  const running = (
    workers === 0
      ? createReadKernel(task).then((kernel) => runInline(kernel, job, events, signal))
      : runThreads({ ...job, kernel: readKernelSource(task) }, workers, events, signal)
  ).then(
    () => queue.close(),
    (error: unknown) => queue.close({ error }),
  );
  try {
    for (let next = await queue.next(); next; next = await queue.next()) yield next.result;
    throwIfAborted(given);
    if (failure !== undefined) throw failure;
  } finally {
    over.abort();
    await running;
  }
}

/** Returns the error of a part: of this thread's class, which an error of another thread is not. */
export function readFailure(kind: string, error: unknown): unknown {
  if (kind === 'out-of-memory') {
    return new ApplyError('ERR_WORKER_OUT_OF_MEMORY', 'a worker ran out of memory while it read a file');
  }
  const { code, message, cause } = error as ApplyError;
  const isOurs = typeof code === 'string' && code.startsWith('ERR_') && !(error instanceof ApplyError);
  return isOurs ? new ApplyError(code, message, { cause }) : error;
}
