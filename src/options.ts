import type { Schema } from 'apache-arrow';
import type { GroupError, GroupKey } from './errors.js';
import type { FrameKind, FrameLike } from './frame/types.js';

/** Options of {@link groupby}. */
export interface GroupbyOptions {
  /**
   * Order the groups by ascending key: numbers numerically, strings by code point, dates by time. `false` keeps the order of
   * first appearance. Rows inside a group always keep their order.
   * @default true
   */
  sort?: boolean;
  /**
   * Drop rows whose key is null or NaN. `false` makes them one group, the last one.
   * @default true
   */
  dropna?: boolean;
  /**
   * For dictionary (categorical) keys: only the values that occur become groups. `false` makes an empty group of each unused one.
   * @default true
   */
  observed?: boolean;
}

/** How far a call has come. Counts are of this call alone. */
export interface Progress {
  /** Groups finished, failed ones included. */
  readonly groups: number;
  readonly groupsTotal: number;
  /** Input rows of the finished groups. */
  readonly rows: number;
  readonly rowsTotal: number;
  /** Milliseconds since the call began. */
  readonly elapsedMs: number;
  /** True once, in the last report. */
  readonly done: boolean;
}

/** What a function learns about its group beside the rows. */
export interface GroupContext {
  /** The group's key: a scalar for one key column, an array for several. */
  readonly key: GroupKey;
  /** Position of the group in group order, from 0. */
  readonly index: number;
  /** Aborted when the call is over before the function is: by the caller's signal or another group's error. */
  readonly signal: AbortSignal;
}

/** Options of {@link applyParallel}; every one may be left out. */
export interface ApplyOptions<I extends FrameKind | 'same' = 'same', O extends FrameKind | 'same' = 'same'> {
  /**
   * How many workers, in joblib's sense: `-1` one per core, `-2` all cores but one, `1` no workers at all: everything runs in this
   * thread. `0` is an error.
   * @default -1
   */
  nJobs?: number;
  /**
   * `'threads'`: worker threads over shared memory. `'inline'`: this thread, for debugging or tiny inputs.
   * @default 'threads'
   */
  backend?: 'threads' | 'inline';
  /**
   * How many groups a worker claims at a time. `'auto'` measures, and claims about ten milliseconds of work at a time.
   * @default 'auto'
   */
  batchSize?: number | 'auto';
  /** Ends the call: it rejects with `ERR_ABORTED`, and no group is started any more. */
  signal?: AbortSignal;
  /**
   * What a failing group does to the call. `'throw'`: the call rejects and the other groups stop. `'skip'`: the group counts as
   * empty. A function: it gets the error and returns what stands for the group's result, `null` for nothing.
   * @default 'throw'
   */
  onError?: 'throw' | 'skip' | ((error: GroupError) => FrameLike);
  /**
   * `true` draws a progress bar on stderr (plain lines when stderr is no terminal). A function is called at most ten times
   * a second, and once at the end.
   * @default false
   */
  progress?: boolean | ((progress: Progress) => void);
  /** The schema every result must have: checked per group, and used when every result is empty. */
  schema?: Schema;
  /**
   * The form in which the function receives its group. `'columns'` is the lightest: a plain object of name -> column.
   * @default 'same' the kind of frame that was grouped
   */
  input?: I;
  /**
   * The form in which the call returns its frame.
   * @default 'same' the kind of frame that was grouped
   */
  output?: O;
}
