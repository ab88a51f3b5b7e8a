import {
  type Job,
  type JobEvents,
  type Kernel,
  type KernelSource,
  runInline,
  runThreads,
} from '../../run/index.js';
import { throwIfAborted } from '../../util/index.js';
import { readFailure } from '../read-parts.js';

/** The result of one unit of work, as kernels post it. */
export interface UnitResult {
  readonly index: number;
}

/** Work on units in threads. */
export interface UnitWork<R extends UnitResult> {
  readonly source: KernelSource;
  /** Makes the kernel in this thread. */
  make(): Promise<Kernel>;
  /** The work of each unit, in any unit of measure. */
  readonly sizes: readonly number[];
  /** Threads; 0 for this one. */
  readonly workers: number;
  readonly signal: AbortSignal;
  onResult(result: R): void;
  onProgress?(units: number): void;
}

const MOST_WEIGHT = 2 ** 31 - 1;

/** Runs a kernel on all units, in any order. Throws the first failure, of this thread's class of errors. */
export async function runUnits<R extends UnitResult>(work: UnitWork<R>): Promise<void> {
  const { source, sizes, workers, signal, onResult, onProgress } = work;
  throwIfAborted(signal);
  let failure: { readonly error: unknown } | undefined;
  const events: JobEvents = {
    onResults({ results }) {
      for (const result of results as readonly R[]) onResult(result);
    },
    onFailure({ kind, error }) {
      failure ??= { error: readFailure(kind, error) };
      return false;
    },
    onProgress: ({ count }) => onProgress?.(count),
  };
  const weights = new Int32Array(new SharedArrayBuffer(sizes.length * 4));
  sizes.forEach((size, k) => {
    weights[k] = Math.min(size, MOST_WEIGHT);
  });
  const job: Omit<Job, 'kernel'> = { count: sizes.length, weights, batchSize: 1, isOrdered: true };
  if (workers === 0) await runInline(await work.make(), job, events, signal);
  else if (sizes.length > 0) await runThreads({ ...job, kernel: source }, workers, events, signal);
  if (failure) throw failure.error;
  throwIfAborted(signal);
}

/** Makes a kernel that keeps what `run` returns for each index. */
export function collecting<R extends UnitResult>(run: (index: number) => R | Promise<R>): Kernel {
  let results: R[] = [];
  return {
    async run(index) {
      results.push(await run(index));
    },
    take() {
      const taken = results;
      results = [];
      return taken;
    },
  };
}
