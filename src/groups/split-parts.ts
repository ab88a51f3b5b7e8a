import { ApplyError } from '../errors.js';
import { type JobEvents, runThreads } from '../run/index.js';
import { throwIfAborted } from '../util/index.js';
import { type RowRange, type SplitResults, type SplitTask, splitKernelSource } from './split-kernel.js';

/** Thrown when workers cannot split. The main thread then does, and reports the error if there is one. */
export class SplitFailure extends Error {}

/** Row ranges for each worker: more than one, so that a slower core delays the others less. */
const RANGES_PER_WORKER = 2;
/** Ranges begin at whole bytes of bitmaps. */
const BITS = 8;

/** Divides rows into ranges for workers. */
export function rangesFor(workers: number, length: number): RowRange[] {
  const count = workers * RANGES_PER_WORKER;
  const bound = (k: number) => (k === count ? length : Math.floor((length * k) / count / BITS) * BITS);
  return Array.from({ length: count }, (_, k) => [bound(k), bound(k + 1)]);
}

/**
 * Runs a task in workers and returns the results of its parts, in their order. `spans` tell how much work
 * each part is.
 */
export async function runParts<S extends keyof SplitResults>(
  task: SplitTask & { readonly stage: S },
  spans: readonly RowRange[],
  workers: number,
  signal: AbortSignal,
): Promise<SplitResults[S][]> {
  const weights = new Int32Array(new SharedArrayBuffer(spans.length * 4));
  spans.forEach(([from, to], k) => {
    weights[k] = to - from;
  });
  const done: SplitResults[S][] = new Array(spans.length);
  let failure: { readonly cause: unknown } | undefined;
  const events: JobEvents = {
    onResults({ results }) {
      for (const { index, result } of results as { index: number; result: SplitResults[S] }[])
        done[index] = result;
    },
    onFailure({ error }) {
      failure ??= { cause: error };
      return false;
    },
    // A part must not run twice: it overwrites its input.
    onRerun() {
      throw new SplitFailure('a worker was lost');
    },
  };
  const kernel = splitKernelSource(task);
  const job = { kernel, count: spans.length, weights, batchSize: 1, isOrdered: true };
  try {
    await runThreads(job, workers, events, signal);
  } catch (error) {
    throw error instanceof ApplyError ? error : new SplitFailure('workers could not begin', { cause: error });
  }
  throwIfAborted(signal);
  if (failure) throw new SplitFailure('a worker failed', failure);
  return done;
}

/** Returns the numbers in shared memory, copied if they are not. */
export function inSharedMemory(array: Int32Array): Int32Array {
  if (array.buffer instanceof SharedArrayBuffer) return array;
  const copy = new Int32Array(new SharedArrayBuffer(array.byteLength));
  copy.set(array);
  return copy;
}
