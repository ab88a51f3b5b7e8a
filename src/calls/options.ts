import { ApplyError } from '../errors.js';
import {
  ASYNC_JOBS,
  checkOptions,
  configured,
  effectiveNJobs,
  isMilliseconds,
  isPositive,
  oneOf,
  parseBytes,
  type Rules,
} from '../options/index.js';
import { preview } from '../util/index.js';
import type { CallProgress } from './progress.js';

export type CallsReturnAs = 'list' | 'generator' | 'generatorUnordered';

/** What {@link parallelConfig} can set: the options that calls in its scope have unless they say otherwise. */
export interface ParallelConfig {
  /**
   * How many workers, in joblib's sense: `-1` one per core, `-2` all cores but one, `1` no workers at all: everything runs in this
   * thread. `0` is an error. With `backend: 'async'`: how many calls are under way at once.
   * @default -1 that is 32 with `backend: 'async'`
   */
  nJobs?: number;
  /**
   * `'threads'`: worker threads, for functions that compute. `'async'`: the event loop of this thread, for functions that mostly wait.
   * `'inline'`: this thread, one call after the other.
   * @default 'threads'
   */
  backend?: 'threads' | 'async' | 'inline';
  /**
   * How many calls a worker takes at a time. `'auto'` measures.
   * @default 'auto'
   */
  batchSize?: number | 'auto';
  /**
   * How many batches may be taken from an iterable before they are done: a number, an expression of `nJobs` such as `'2 * nJobs'`, or
   * `'all'`. With the generators, a call is done when its result has been taken.
   * @default '2 * nJobs'
   */
  preDispatch?: number | string;
  /**
   * Milliseconds that one call may run, waiting for a worker not counted. A call that runs longer fails with `ERR_CALL_TIMEOUT`, and its
   * worker is replaced. In this thread only a function that gives way can be left.
   * @default no limit
   */
  timeout?: number;
  /**
   * `true` draws a progress bar on stderr (plain lines when stderr is no terminal).
   * @default false
   */
  progress?: boolean;
  /** Ends the calls: they reject with `ERR_ABORTED`. */
  signal?: AbortSignal;
  /**
   * Typed arrays of so many bytes and more, in the arguments, go through shared memory once, whatever the number of calls they are
   * given to: all workers then read the same memory. A number, or a text like `'512K'` or `'1M'`; `null` and `Infinity` copy them for
   * every call. Frames always go through shared memory.
   * @default '1M'
   */
  maxBytes?: number | string | null;
}

/** Options of {@link Parallel}; every one may be left out. */
export interface ParallelOptions<R extends CallsReturnAs = 'list'> extends Omit<ParallelConfig, 'progress'> {
  /**
   * `'list'`: a promise of all results, in order. `'generator'`: an async generator of the results, in order, as soon as they are there;
   * `'generatorUnordered'`: as they arrive. The calls set off at once; when results are not taken as fast as they are made, the workers
   * pause, also behind a call that takes long and whose result is next (`preDispatch` says how many may wait); leaving the loop ends the calls.
   * @default 'list'
   */
  returnAs?: R;
  /**
   * `true` draws a progress bar on stderr (plain lines when stderr is no terminal). A function is called at most ten times
   * a second, and once at the end.
   * @default false
   */
  progress?: boolean | ((progress: CallProgress) => void);
}

/** {@link ParallelOptions} with every default filled in. */
export interface ResolvedParallelOptions {
  readonly backend: 'threads' | 'async' | 'inline';
  readonly workers: number;
  readonly batchSize: number | undefined;
  /** In batches. */
  readonly preDispatch: number;
  readonly timeout: number | undefined;
  readonly maxBytes: number;
  readonly signal: AbortSignal | undefined;
  readonly progress: boolean | ((progress: CallProgress) => void);
  readonly returnAs: CallsReturnAs;
}

export const maxBytesRule = [
  (value: unknown) => parseBytes(value) !== undefined,
  "a number of bytes, a text like '1M', or null for never",
] as const;

const jobs = [
  (v: unknown) => Number.isInteger(v) && v !== 0,
  'a whole number other than 0 (-1: all cores, -2: all but one, 1: this thread)',
] as const;

const shared = {
  nJobs: jobs,
  backend: [oneOf('threads', 'async', 'inline'), "'threads', 'async' or 'inline'"],
  batchSize: [(v) => v === 'auto' || isPositive(v), "'auto' or a positive whole number"],
  preDispatch: [
    (v) => batchesOf(v, 1) !== undefined,
    "'all', a positive number or an expression like '2 * nJobs'",
  ],
  timeout: [isMilliseconds, 'a positive number of milliseconds'],
  signal: [(v) => v instanceof AbortSignal, 'an AbortSignal'],
  maxBytes: maxBytesRule,
} satisfies Rules<Omit<ParallelConfig, 'progress'>>;

export const configRules: Rules<ParallelConfig> = {
  ...shared,
  progress: [(v) => typeof v === 'boolean', 'true or false'],
};

const parallelRules: Rules<ParallelOptions<CallsReturnAs>> = {
  ...shared,
  progress: [(v) => typeof v === 'boolean' || typeof v === 'function', 'true, false or a function'],
  returnAs: [oneOf('list', 'generator', 'generatorUnordered'), "'list', 'generator' or 'generatorUnordered'"],
};

const { nJobs: _, ...unlikeParmap } = parallelRules;
export const parmapRules = { ...unlikeParmap, nprocs: jobs };

/** In bytes, when the option has been checked. */
export const resolveMaxBytes = (given: ParallelConfig['maxBytes'] = '1M'): number =>
  parseBytes(given) ?? Number.POSITIVE_INFINITY;

/** Checks the options of {@link Parallel} and fills in what is missing, from {@link parallelConfig} where that says something. */
export function resolveParallelOptions(
  given: ParallelOptions<CallsReturnAs>,
  verb = 'Parallel',
): ResolvedParallelOptions {
  checkOptions(verb, given, parallelRules);
  const options = configured(given, Object.keys(parallelRules));
  const { nJobs, backend = 'threads', batchSize = 'auto', preDispatch = '2 * nJobs' } = options;
  const jobs = backend === 'async' ? effectiveNJobs(nJobs, ASYNC_JOBS) : effectiveNJobs(nJobs);
  const workers = backend === 'inline' ? 1 : jobs;
  const batches = batchesOf(preDispatch, workers);
  if (batches === undefined)
    throw new ApplyError('ERR_INVALID_OPTION', `preDispatch is ${preview(preDispatch)}`);
  return {
    // One worker is this thread.
    backend: backend === 'threads' && jobs === 1 ? 'inline' : backend,
    workers,
    batchSize: batchSize === 'auto' ? undefined : batchSize,
    preDispatch: batches,
    timeout: options.timeout,
    maxBytes: resolveMaxBytes(options.maxBytes),
    signal: options.signal,
    progress: options.progress ?? false,
    returnAs: options.returnAs ?? 'list',
  };
}

/** joblib evaluates any arithmetic; what people write is a factor. */
const EXPRESSION = /^\s*(?:(\d+(?:\.\d+)?)\s*\*\s*)?(?:n_jobs|nJobs)(?:\s*\*\s*(\d+(?:\.\d+)?))?\s*$/;

function batchesOf(preDispatch: unknown, nJobs: number): number | undefined {
  if (preDispatch === 'all') return Number.POSITIVE_INFINITY;
  if (typeof preDispatch === 'number') return preDispatch > 0 ? preDispatch : undefined;
  if (typeof preDispatch !== 'string') return undefined;
  if (/^\s*\d+\s*$/.test(preDispatch)) return Number(preDispatch) || undefined;
  const [, before = 1, after = 1] = EXPRESSION.exec(preDispatch) ?? [undefined, 0];
  return Number(before) * Number(after) * nJobs || undefined;
}
