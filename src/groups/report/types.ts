import type { GroupError, GroupKey } from '../../errors.js';

/** What happened to one group. Times are milliseconds. */
export interface GroupRun {
  readonly key: GroupKey;
  readonly index: number;
  /** Which worker ran it, from 0; with `backend: 'async'` which of the places in the event loop. */
  readonly worker: number;
  /** When it began, from the start of the call. */
  readonly start: number;
  /** How long the function ran, waiting included; 0 where the result was known from the cache. */
  readonly time: number;
  readonly rowsIn: number;
  /** 0 where the result was empty, or the group failed and nothing took its place. */
  readonly rowsOut: number;
  readonly failed: boolean;
}

/** What a call did. Times are milliseconds. */
export interface Report {
  readonly groups: number;
  readonly rowsIn: number;
  readonly rowsOut: number;
  /** Groups whose results came from the option `cache`. */
  readonly cached: number;
  /** How many workers there were for it, no more than groups: threads, this thread, or places in the event loop. */
  readonly workers: number;
  /** From the call to the result. */
  readonly elapsedMs: number;
  /** Finding and moving the groups, running the function, joining the results. */
  readonly stages: { readonly split: number; readonly apply: number; readonly combine: number };
  /** For each worker, the part of the apply stage it was running the function, from 0 to 1. */
  readonly busy: readonly number[];
  /** Every group, in group order. */
  readonly timeline: readonly GroupRun[];
  /** The errors that `onError` let pass, in group order. */
  readonly failed: readonly GroupError[];
  /** A picture of it: for each worker, which group it ran when. Failed groups are red. Text of an SVG file. */
  toSVG(): string;
  /** A few lines for people. */
  toString(): string;
}
