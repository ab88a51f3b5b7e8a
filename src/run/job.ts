import type { KernelSource } from './kernel.js';
import type { Timings } from './timings.js';

/** The indices 0 … count-1, each to be run once. */
export interface Job {
  readonly kernel: KernelSource;
  readonly count: number;
  /** Limits the job to these indices, in ascending order. Lies in shared memory. */
  readonly indices?: Int32Array;
  /**
   * The work of each index, in any unit (rows): orders indices and measures progress. Lies in shared memory.
   */
  readonly weights: Int32Array;
  /** How many indices a worker claims at a time; measured if undefined. */
  readonly batchSize?: number;
  /** An index that runs longer than this many milliseconds fails. */
  readonly timeout?: number;
  /** Indices that fail run again; undefined for never. */
  readonly retries?: RetryRule;
  /**
   * How many workers begin, where few may do. The others follow if there is work left for them after two
   * milliseconds.
   */
  readonly beginners?: number;
  /** Runs the indices in their order instead of the big ones first. */
  readonly isOrdered?: boolean;
  /**
   * For ordered jobs: indices after a failed one are not wanted. They are not started, and a worker that runs
   * one is told to stop, and killed if it does not.
   */
  readonly untilFailure?: boolean;
  /** Workers pause while about this many deliveries wait to be taken. */
  readonly maxBacklog?: number;
  /** True if making a kernel runs a function of the user: then that is to blame if workers end meanwhile. */
  readonly initializes?: boolean;
  /** Takes the times at which workers run each index. */
  readonly timings?: Timings;
}

/** How often an index that fails runs again, and the milliseconds before each further attempt. */
export interface RetryRule {
  readonly count: number;
  readonly delay: number;
}

/** The results of some indices. */
export interface Delivery {
  /** The value that a kernel's `take` returned. */
  readonly results: unknown;
  /**
   * The indices the worker had claimed, without those that run again. Failed ones are included; their
   * failures have been reported before.
   */
  readonly indices: Iterable<number>;
  /** To be called when the results have been taken, if the job has a `maxBacklog`. */
  taken(): void;
}

/** The callbacks that the thread which starts a job gives. */
export interface JobEvents {
  onResults(delivery: Delivery): void;
  /** Reports that an index failed for good. Returns whether the job goes on. */
  onFailure(failure: Failure): boolean;
  /** Reports that an index failed and is to run again; {@link onRerun} follows. */
  onRetry?(failure: Failure): void;
  /**
   * Announces that indices will run again, because they failed, or a worker died with their results or could
   * not deliver them. The listener restores the memory that they change.
   */
  onRerun?(indices: readonly number[]): void;
  onProgress?(done: JobProgress): void;
  /** Reports that the workers beyond {@link Job.beginners} begin as well. */
  onMoreWorkers?(): void;
}

export interface JobProgress {
  readonly count: number;
  readonly weight: number;
  /** The reason why no index runs yet; undefined once one was claimed. */
  readonly waitsFor?: WaitsFor;
}

/** `'workers'`: none has started; `'kernel'`: those that have load what the indices need. */
export type WaitsFor = 'workers' | 'kernel';

export interface Failure {
  readonly index: number;
  /** 'late': something the index left behind, such as a timer, threw after it returned; its result stands. */
  readonly kind: 'error' | 'exited' | 'out-of-memory' | 'timeout' | 'late';
  /** The value the kernel threw, or the reason why the worker ended. */
  readonly error: unknown;
  /** The number of the attempt, from 1, if the job has retries. */
  readonly attempt?: number;
}
