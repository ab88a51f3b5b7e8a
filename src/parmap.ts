import {
  type CallsReturnAs,
  listOf,
  type ParallelOptions,
  parmapRules,
  requireIterable,
  resolveParallelOptions,
  resultsOf,
} from './calls/index.js';
import { ApplyError } from './errors.js';
import { checkOptions } from './options/index.js';
import type { ParallelReturn } from './parallel.js';
import { type Caller, preview } from './util/index.js';

/** Options of {@link parmap}: those of {@link Parallel}, with `nprocs` instead of `nJobs`. */
export interface ParmapOptions<R extends CallsReturnAs = 'list'> extends Omit<ParallelOptions<R>, 'nJobs'> {
  /**
   * How many workers: `-1` one per core, `-2` all cores but one, `1` none, so that everything runs in this
   * thread.
   * @default -1
   */
  nprocs?: number;
}

/**
 * Calls a function with each item of an iterable, in worker threads, and gives the results in the order of
 * the items. Counterpart of Python's `parmap.map`.
 *
 * With `returnAs: 'generator'` it is the counterpart of `Pool.imap`, for endless iterables too: it takes no
 * more items, and holds no more results, than `preDispatch` allows. Leaving the loop, an error and `signal`
 * end the calls and close the iterable.
 *
 * @throws as {@link Parallel} does
 * @example
 * function* numbers() {
 *   for (let n = 0; ; n++) yield n;
 * }
 * for await (const square of parmap((n) => n * n, numbers(), { nprocs: 2, returnAs: 'generator' })) {
 *   if (square > 10) break;
 *   console.log(square);
 * }
 * // -> 0
 * // -> 1
 * // -> 4
 * // -> 9
 */
export function parmap<T, U, R extends CallsReturnAs = 'list'>(
  fn: (item: T) => U,
  iterable: Iterable<T> | AsyncIterable<T>,
  options: ParmapOptions<R> = {},
): ParallelReturn<Awaited<U>[], R> {
  if (typeof fn !== 'function') {
    throw new ApplyError('ERR_INVALID_OPTION', `parmap: fn must be a function, got ${preview(fn)}`);
  }
  checkOptions<ParmapOptions<CallsReturnAs>>('parmap', options, parmapRules);
  const { nprocs, ...others } = options;
  const resolved = resolveParallelOptions(
    nprocs === undefined ? others : { ...others, nJobs: nprocs },
    'parmap',
  );
  requireIterable('parmap', iterable);
  const caller: Caller = {};
  Error.captureStackTrace(caller, parmap);
  const calls = {
    source: iterable,
    toCall: (item: unknown) => ({ fn, args: [item] }),
    options: resolved,
    caller,
  };
  const returned = resolved.returnAs === 'list' ? listOf(calls) : resultsOf(calls);
  return returned as ParallelReturn<Awaited<U>[], R>;
}
