import {
  checkedWithDefaults,
  flag,
  functionRule,
  oneOf,
  parseBytes,
  progressRule,
  type RetryOptions,
  type Rule,
  type Rules,
  resolveWorkers,
  workerRules,
} from '../options/index.js';
import type { CallRunnerOptions } from './call-batch.js';
import { parsePreDispatch } from './pre-dispatch.js';
import type { CallProgress } from './progress.js';

/** The form in which calls return their results: all in an array, or one by one. */
export type CallsReturnAs = 'list' | 'generator' | 'generatorUnordered';

/** Options that {@link parallelConfig} sets for all calls in its scope that do not set them themselves. */
export interface ParallelConfig {
  /**
   * How many workers, in joblib's sense: `-1` one per core, `-2` all cores but one, `1` no workers at all:
   * everything runs in this thread. `0` is an error. With `backend: 'async'`: how many calls are under way at
   * once.
   * @default -1, and 32 with `backend: 'async'`
   */
  nJobs?: number;
  /**
   * `'threads'`: worker threads, for functions that compute. `'processes'`: child processes, for functions
   * that may crash: native code that aborts, a full memory or `process.exit` costs one call's attempt, never
   * the program; arguments are copied, and nothing is shared. Counterpart of loky. `'async'`: the event loop
   * of this thread, for functions that mostly wait. `'inline'`: this thread, one call after the other.
   * @default 'threads'
   */
  backend?: 'threads' | 'processes' | 'async' | 'inline';
  /**
   * How many calls a worker takes at a time. `'auto'` measures.
   * @default 'auto'
   */
  batchSize?: number | 'auto';
  /**
   * How many batches may be taken from an iterable before they are done: a number, an expression of `nJobs`
   * such as `'2 * nJobs'`, or `'all'`. With the generators, a call is done when its result has been taken.
   * @default '2 * nJobs'
   */
  preDispatch?: number | string;
  /**
   * Milliseconds that one call may run, waiting for a worker not counted. A call that runs longer fails with
   * `ERR_CALL_TIMEOUT`, and its worker is replaced. In this thread only a function that gives way can be
   * left.
   * @default no limit
   */
  timeout?: number;
  /**
   * How often a call that fails, by an error, the timeout or a lost worker, is made again with the same
   * arguments; `{ count, delay }` waits `delay` milliseconds before each further attempt. The last error
   * counts.
   * @default 0
   */
  retries?: number | RetryOptions;
  /**
   * `true` draws a progress bar on stderr (plain lines when stderr is no terminal).
   * @default false
   */
  progress?: boolean;
  /** Ends the calls: they reject with `ERR_ABORTED`. */
  signal?: AbortSignal;
  /**
   * Typed arrays of so many bytes and more, in the arguments, go through shared memory once, whatever the
   * number of calls they are given to: all workers then read the same memory. A number, or a text like
   * `'512K'` or `'1M'`; `null` and `Infinity` copy them for every call. Frames always go through shared
   * memory.
   * @default '1M'
   */
  maxBytes?: number | string | null;
}

/** Options of {@link Parallel}; every one may be left out. */
export interface ParallelOptions<R extends CallsReturnAs = 'list'> extends Omit<ParallelConfig, 'progress'> {
  /**
   * `'list'`: a promise of all results, in order. `'generator'`: an async generator of the results, in order,
   * as soon as they are there; `'generatorUnordered'`: as they arrive. The calls set off at once; when
   * results are not taken as fast as they are made, the workers pause, also behind a call that takes long and
   * whose result is next (`preDispatch` says how many may wait); leaving the loop ends the calls.
   * @default 'list'
   */
  returnAs?: R;
  /**
   * Runs once in every worker before its first call, and again in a worker that replaces one: to load a model
   * or open a connection. May be async. It travels with the function, and objects that both use are the same
   * ones; with several functions it runs once for each of them. Without workers it runs once in this thread.
   * The `timeout` does not limit it. Counterpart of `initializer` in loky and concurrent.futures; `initargs`
   * are what the closure uses.
   * @throws ApplyError `ERR_INITIALIZER_FAILED` from the calls, with the worker and what the function threw
   */
  initializer?: () => unknown;
  /**
   * `true` draws a progress bar on stderr (plain lines when stderr is no terminal). A function is called at
   * most ten times a second, and once at the end.
   * @default false
   */
  progress?: boolean | ((progress: CallProgress) => void);
}

/** {@link ParallelOptions} with every default filled in. */
export interface ResolvedParallelOptions extends CallRunnerOptions {
  /** A multiple of the batch size. */
  readonly preDispatch: number;
  readonly signal: AbortSignal | undefined;
  readonly progress: boolean | ((progress: CallProgress) => void);
  readonly returnAs: CallsReturnAs;
}

export const maxBytesRule: Rule = [
  (value) => parseBytes(value) !== undefined,
  "a number of bytes, a text like '1M', or null for never",
];

export const configRules: Rules<ParallelConfig> = {
  ...workerRules,
  preDispatch: [
    (value) => parsePreDispatch(value, 1) !== undefined,
    "'all', a positive number or an expression like '2 * nJobs'",
  ],
  maxBytes: maxBytesRule,
  progress: flag,
};

const parallelRules: Rules<ParallelOptions<CallsReturnAs>> = {
  ...configRules,
  progress: progressRule,
  returnAs: oneOf('list', 'generator', 'generatorUnordered'),
  initializer: functionRule,
};

const { nJobs, ...otherRules } = parallelRules;
export const parmapRules = { ...otherRules, nprocs: nJobs };

/** Returns a checked option in bytes. */
export const resolveMaxBytes = (maxBytes: ParallelConfig['maxBytes'] = '1M'): number =>
  parseBytes(maxBytes) ?? Number.POSITIVE_INFINITY;

/** Checks the options of {@link Parallel} and fills in what is missing, from {@link parallelConfig} first. */
export function resolveParallelOptions(
  given: ParallelOptions<CallsReturnAs>,
  verb = 'Parallel',
): ResolvedParallelOptions {
  const options = checkedWithDefaults(verb, given, parallelRules);
  const resolved = resolveWorkers(options);
  return {
    ...resolved,
    // Cannot be undefined: the rule has parsed it before.
    preDispatch: parsePreDispatch(options.preDispatch ?? '2 * nJobs', resolved.workers) as number,
    timeout: options.timeout,
    maxBytes: resolveMaxBytes(options.maxBytes),
    initializer: options.initializer,
    signal: options.signal,
    progress: options.progress ?? false,
    returnAs: options.returnAs ?? 'list',
  };
}
