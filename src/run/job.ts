import type { KernelSource } from './kernel.js';
import type { Timings } from './timings.js';

/** Indices 0 … count-1, to be worked on once each. */
export interface Job {
  readonly kernel: KernelSource;
  readonly count: number;
  /** Only these of them, in ascending order. Lies in shared memory. */
  readonly indices?: Int32Array;
  /** How much work each index is, in any unit (rows): orders the work, and is counted by progress. Lies in shared memory. */
  readonly weights: Int32Array;
  /** A fixed number of indices to claim at a time; else it is measured. */
  readonly batchSize?: number;
  /** An index that runs longer than this many milliseconds fails. */
  readonly timeout?: number;
  /** Run the indices as they come, not the big ones first. */
  readonly isOrdered?: boolean;
  /**
   * Of an ordered job: indices after one that fails are of no use. They are not begun; workers at one of them are told that the job is over,
   * and ended where they do not come to their end.
   */
  readonly untilFailure?: boolean;
  /** No more than about this many deliveries wait for being taken; workers pause meanwhile. */
  readonly maxBacklog?: number;
  /** Where to note who worked on what, and when. */
  readonly timings?: Timings;
}

/** What came of some indices. */
export interface Delivery {
  /** Something a kernel's `take` gave. */
  readonly results: unknown;
  /** The indices it is the results of; those that failed among them have been heard of before. */
  readonly indices: Iterable<number>;
  /** To be called when they have been taken, where the job has a backlog. */
  taken(): void;
}

/** What the thread that started a job hears of it. */
export interface JobEvents {
  onResults(delivery: Delivery): void;
  /** An index failed. Returns whether the job goes on. */
  onFailure(failure: Failure): boolean;
  /**
   * Indices that were lost with a dead worker, or whose results could not be delivered, are about to be run again: the memory they
   * work on is to be put back as it was.
   */
  onRerun?(indices: readonly number[]): void;
  onProgress?(done: JobProgress): void;
}

export interface JobProgress {
  readonly count: number;
  readonly weight: number;
}

export interface Failure {
  readonly index: number;
  /** 'late': thrown by something the index left behind, when it had long returned; its result stands. */
  readonly kind: 'error' | 'exited' | 'out-of-memory' | 'timeout' | 'late';
  /** What the kernel threw, or what ended the worker. */
  readonly error: unknown;
}
