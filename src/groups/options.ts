import type { Schema } from 'apache-arrow';
import type { Memory } from '../cache/index.js';
import type { Cluster, ClusterTarget } from '../cluster/index.js';
import type { GroupError, GroupKey } from '../errors.js';
import type { WriteTarget } from '../files/index.js';
import type { FrameKind, FrameLike } from '../frame/index.js';
import type { RetryOptions } from '../options/index.js';
import type { RowsOrder } from './order-by.js';
import type { Progress } from './progress.js';
import type { Report } from './report/index.js';

/** A group's result, as the generators yield it. */
export interface GroupResult<F, K extends GroupKey = GroupKey> {
  /** The group's key: a scalar for one key column, an array for several. */
  readonly key: K;
  /**
   * Position of the group in group order; -1 with `generatorUnordered` for a remote frame, where it is not
   * known before all groups have run.
   */
  readonly index: number;
  /** The result of the group, as a frame of the kind that `output` says. */
  readonly frame: F;
}

/** The second argument of a function: what it knows of its group beside the rows. */
export interface GroupContext<K extends GroupKey = GroupKey> {
  /** The group's key: a scalar for one key column, an array for several. */
  readonly key: K;
  /** Position of the group in group order, from 0. */
  readonly index: number;
  /**
   * Aborted when the call ends before the function does: by the caller's signal, another group's error or the
   * timeout.
   */
  readonly signal: AbortSignal;
  /**
   * Returns the next of this group's random numbers, from 0 to below 1; use it instead of `Math.random`. With
   * the option `seed` they are the same in every call, for any `nJobs`, since they depend on seed and key
   * alone.
   */
  readonly random: () => number;
}

/** Options of {@link applyParallel}; every one may be left out. */
export interface ApplyOptions<
  I extends FrameKind | 'same' = 'same',
  O extends FrameKind | 'same' = 'same',
  R extends ReturnAs = 'frame',
> {
  /**
   * How many workers, in joblib's sense: `-1` one per core, `-2` all cores but one, `1` no workers at all:
   * everything runs in this thread. `0` is an error. With `backend: 'async'`: how many groups are under way
   * at once. Left out, fewer workers than cores begin a call whose function took less than some milliseconds
   * in its calls before; the others follow if it takes longer this time. A function that only computes, for
   * some microseconds, runs in this thread.
   * @default -1, and 32 with `backend: 'async'`
   */
  nJobs?: number;
  /**
   * `'threads'`: worker threads over shared memory, for functions that compute. `'processes'`: child
   * processes, for functions that may crash: native code that aborts, a full memory or `process.exit` costs
   * one group's attempt, never the program; rows and results are copied, and nothing is shared. `'async'`:
   * the event loop of this thread, for functions that mostly wait, for a server or a disk. `'inline'`: this
   * thread, one group after the other, for debugging or tiny inputs. A cluster that `spark()` has opened: its
   * executors, to which the rows are sent; a remote frame runs there anyway.
   * @default 'threads'
   */
  backend?: 'threads' | 'processes' | 'async' | 'inline' | Cluster;
  /**
   * How many groups a worker claims at a time. `'auto'` measures, and claims about ten milliseconds of work
   * at a time.
   * @default 'auto'
   */
  batchSize?: number | 'auto';
  /**
   * Milliseconds that the function may run on one group, waiting for a worker not counted. A group that runs
   * longer fails with `ERR_GROUP_TIMEOUT`, and its worker is replaced, whatever the function is doing. What
   * the worker had finished and not yet delivered is run again. In this thread (`'inline'`, `'async'`,
   * `nJobs: 1`) only a function that gives way can be left.
   * @default no limit
   */
  timeout?: number;
  /**
   * How often a group that fails is run again: by an error, the timeout, a lost worker or a bad result. It
   * runs on the rows as they were, when the other groups have run; with `backend: 'async'` at once.
   * `{ count, delay }` waits `delay` milliseconds before each further attempt. The last error counts, and
   * `onError` hears of no other; the report has every attempt.
   * @default 0
   * @example
   * const orders = [{ customer: 'Ann', total: 3 }];
   * const retries = { count: 3, delay: 500 };
   * await applyParallel(groupby(orders, 'customer'), async (g) => g, { backend: 'async', retries });
   */
  retries?: number | RetryOptions;
  /**
   * Runs once in every worker, before its first group, and again in a worker that replaces one: to load a
   * model, open a connection or fill a table that the function then uses. May be async. It travels as the
   * function does, and variables that both use are the same ones. Without workers it runs once in this
   * thread. The `timeout` does not limit it. Counterpart of `initializer` in loky and concurrent.futures;
   * `initargs` are what the closure uses.
   * @example
   * const prices = new Map<string, number>();
   * const initializer = async () => void prices.set('tea', 3);
   * const price = (rows: { item: string }[]) => rows.map(({ item }) => ({ price: prices.get(item) ?? 0 }));
   * await applyParallel(groupby([{ item: 'tea' }], 'item'), price, { initializer });
   * @throws ApplyError `ERR_INITIALIZER_FAILED` from the call, with the worker and what the function threw
   */
  initializer?: () => unknown;
  /** Ends the call: it rejects with `ERR_ABORTED`, and no group is started any more. */
  signal?: AbortSignal;
  /**
   * How a failing group affects the call. `'throw'`: the call rejects and the other groups stop. `'skip'`:
   * the group counts as empty. A function gets the error and returns the group's result in its place, `null`
   * for nothing.
   * @default 'throw'
   */
  onError?: 'throw' | 'skip' | ((error: GroupError) => FrameLike);
  /**
   * `true` draws a progress bar on stderr (plain lines when stderr is no terminal). A function is called at
   * most ten times a second, and once at the end.
   * @default false
   */
  progress?: boolean | ((progress: Progress) => void);
  /**
   * Makes `context.random` reproducible: a whole number or a string.
   * @default a different one for every call
   */
  seed?: number | string;
  /**
   * Caches each group's result on disk, by the content of the group and the function: after some rows were
   * edited only their groups are computed again. Values that the function uses count too, as in {@link
   * Memory}. Results of groups whose function reads `context.index`, or `context.random` without a `seed`,
   * are not cached.
   */
  cache?: Memory;
  /** Called once, when the call has succeeded, with a report of its course and its times. */
  report?: (report: Report) => void;
  /** The schema every result must have: checked per group, and used when every result is empty. */
  schema?: Schema;
  /**
   * The form in which the function receives its group. `'columns'` is the lightest: a plain object of name ->
   * column.
   * @default 'same' the kind of frame that was grouped
   */
  input?: I;
  /**
   * The form in which the call returns its frame.
   * @default 'same' the kind of frame that was grouped
   */
  output?: O;
  /**
   * The order of the rows in each group of a remote frame, whose rows otherwise come in no order: a column,
   * `{ column, descending }`, or several. Only for groups of a remote frame.
   * @default no order
   */
  orderBy?: RowsOrder;
  /**
   * The memory that the rows of a data set may take: bytes, a text such as `'4GB'`, or a share of the memory
   * that this process may use, such as 0.5. A data set that takes more, rows and their copy by groups
   * together, is dealt out to files by groups, which are read, run and removed one after the other. Only for
   * groups of a data set.
   * @default 0.5 half of the memory of the machine or container
   * @throws GroupError `ERR_GROUP_TOO_LARGE` from the call, for a group that takes more by itself
   */
  memoryLimit?: number | string;
  /**
   * The folder for the files of a data set that takes more than `memoryLimit`. They go when the call ends,
   * or at the next start if the process is killed. A folder that is not there is made, and goes with them.
   * Only for groups of a data set.
   * @default the system's folder for temporary files
   * @throws ApplyError `ERR_SPILL` from the call, for a full disk
   */
  spillTo?: string;
  /**
   * `true` puts the key columns first in the result, with the types they had in the grouped frame; a key is
   * repeated for every row of its group's result. A result that has a column of that name keeps its own.
   * Counterpart of `group_keys=True` and `reset_index` in pandas.
   * @default false
   */
  groupKeys?: boolean;
  /**
   * `'frame'`: a promise of all results as one frame. `'generator'`: an async generator of `{ key, index,
   * frame }` in group order, as soon as they are there; `'generatorUnordered'`: as they arrive. Empty results
   * are left out. Nothing runs before the first result is asked for; when results are not taken as fast as
   * they are made, the workers pause; leaving the loop ends the call.
   * @default 'frame'
   */
  returnAs?: R;
}

/** The form in which a call on groups returns its results: joined, or group by group. */
export type ReturnAs = 'frame' | 'generator' | 'generatorUnordered';

/** {@link ApplyOptions} of a call that writes its results to files instead of returning them. */
export interface WriteResultsOptions<I extends FrameKind | 'same' = 'same'>
  extends Omit<ApplyOptions<I>, 'output' | 'returnAs'> {
  /**
   * The place of the results, written in group order and as they come: `'out.parquet'`, `'out.arrow'`,
   * `'out.csv'`, `'out/'` for a folder, or an object that says more. They appear there when the call has
   * succeeded; a call that fails or is aborted leaves what was there. The call resolves to the
   * {@link Dataset} that was written.
   */
  to: WriteTarget;
}

/** {@link ApplyOptions} of a call whose results stay on a cluster. */
export interface ClusterResultsOptions<I extends FrameKind | 'same' = 'same'>
  extends Omit<ApplyOptions<I>, 'output' | 'returnAs'> {
  /**
   * The place where Spark writes the results, made by `cluster.to(path)`: for a remote frame, or with
   * `backend: cluster`. The rows come here at no time, and they are written when all groups have run: a call
   * that fails or is aborted before leaves what was there. Their schema is the option `schema`, or that
   * which all results have together. The call resolves to the {@link RemoteFrame} that was written.
   */
  to: ClusterTarget;
}

/** {@link ApplyOptions} of any type arguments. */
export interface AnyApplyOptions extends ApplyOptions<FrameKind | 'same', FrameKind | 'same', ReturnAs> {
  to?: WriteTarget | ClusterTarget;
}
