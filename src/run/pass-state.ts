import type { JobProgress } from './job.js';
import type { ResultBacklog } from './result-backlog.js';
import type { Retries } from './retries.js';

/** The state that one pass over a job hands to the next. */
export interface PassState {
  /** Maps position to index; without it, positions are indices. */
  readonly order: Int32Array | undefined;
  /** The position to start with. */
  readonly first: number;
  /** The progress of the passes before. */
  readonly before: JobProgress;
  /** Counts for each index how often it was lost with a worker. */
  readonly losses: Map<number, number>;
  readonly backlog: ResultBacklog | undefined;
  /** Undefined if no index that fails runs again. */
  readonly retries: Retries | undefined;
  /** The first index that has failed so far; only written for a job that runs until its first failure. */
  readonly failed: { first: number };
}

/** The work that a pass leaves for later passes. */
export interface PassResult {
  /** Indices to run again. */
  readonly lost: readonly number[];
  /** The first position nobody has claimed. */
  readonly next: number;
  /** How long all workers took for their claims, in milliseconds. */
  readonly busyMs: number;
}
