import type { GroupError, GroupKey } from '../../errors.js';

/** The run of one group. Times are milliseconds. */
export interface GroupRun {
  readonly key: GroupKey;
  /** Position of the group in group order. */
  readonly index: number;
  /** The worker that ran it, from 0; with `backend: 'async'` the place in the event loop. */
  readonly worker: number;
  /** When it began, from the start of the call. */
  readonly start: number;
  /** How long the function ran, waiting included; 0 if the result came from the cache. */
  readonly time: number;
  /** The rows of the group. */
  readonly rowsIn: number;
  /** 0 if the result was empty, or if the group failed without a replacement. */
  readonly rowsOut: number;
  /** True if the function failed, and no attempt was left. */
  readonly failed: boolean;
  /** How often it ran, with the option `retries`; otherwise 1. 0 if the result came from the cache. */
  readonly attempts: number;
}

/** A run of a group that failed and was followed by another, because of the option `retries`. */
export interface FailedAttempt {
  readonly key: GroupKey;
  /** Position of the group in group order. */
  readonly index: number;
  /** The number of this attempt, from 1. */
  readonly attempt: number;
  /** The worker that ran it, from 0. */
  readonly worker: number;
  /** When it began, from the start of the call. */
  readonly start: number;
  /** How long the function ran, waiting included. */
  readonly time: number;
  readonly error: GroupError;
}

/** The course of a call. Times are milliseconds. */
export interface Report {
  readonly groups: number;
  /** The rows of all groups. */
  readonly rowsIn: number;
  /** The rows of all results. */
  readonly rowsOut: number;
  /** Groups whose results came from the option `cache`. */
  readonly cached: number;
  /** Number of workers, never more than groups: threads, this thread, or places in the event loop. */
  readonly workers: number;
  /** The reason for that number, where this package chose it, also for this thread. */
  readonly workersBecause?: string;
  /** From the call to the result. */
  readonly elapsedMs: number;
  /** Times of finding and moving the groups, of running the function, and of joining the results. */
  readonly stages: { readonly split: number; readonly apply: number; readonly combine: number };
  /** Each worker's share of the apply stage in which it ran the function, from 0 to 1. */
  readonly busy: readonly number[];
  /** Every group, in group order. */
  readonly timeline: readonly GroupRun[];
  /** The errors that `onError` let pass, in group order. */
  readonly failed: readonly GroupError[];
  /** The failed attempts that were followed by others, in the order in which they failed. */
  readonly retried: readonly FailedAttempt[];
  /** Returns the text of an SVG file that shows when each worker ran which group. Failed groups are red. */
  toSVG(): string;
  /** Returns a few lines for people. */
  toString(): string;
}
