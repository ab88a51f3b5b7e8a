import type { JobProgress } from './job.js';
import type { ResultBacklog } from './result-backlog.js';

/** What rounds hand on to each other. */
export interface PassState {
  /** position -> index; positions are indices where it is missing. */
  readonly order: Int32Array | undefined;
  /** The position to begin with. */
  readonly first: number;
  /** What is done already. */
  readonly before: JobProgress;
  /** How often an index was lost with a worker. */
  readonly losses: Map<number, number>;
  readonly backlog: ResultBacklog | undefined;
  /** Of a job that goes until the first failure: the first index that has failed so far. */
  readonly failed: { first: number };
}

/** What a round leaves for later ones. */
export interface PassResult {
  /** Indices that were lost and are to be run again. */
  readonly lost: readonly number[];
  /** The first position nobody has claimed. */
  readonly next: number;
}
