import {
  type CallsReturnAs,
  DelayedCall,
  listOf,
  type ParallelOptions,
  requireIterable,
  resolveParallelOptions,
  resultsOf,
} from './calls/index.js';
import { ApplyError } from './errors.js';
import { type Caller, preview } from './util/index.js';

/** The result types of a tuple or array of calls. */
export type ReturnsOf<T extends readonly DelayedCall[]> = {
  -readonly [K in keyof T]: T[K] extends DelayedCall<infer R> ? R : never;
};

/** The return type of {@link Parallel} for calls that return `List`, an array or tuple of results. */
export type ParallelReturn<List extends readonly unknown[], R extends CallsReturnAs> = R extends 'list'
  ? Promise<List>
  : AsyncGenerator<List[number], void, undefined>;

/** A function that makes calls; see {@link Parallel}. It can be used any number of times. */
export interface ParallelRunner<R extends CallsReturnAs> {
  <const T extends readonly DelayedCall[] | []>(calls: T): ParallelReturn<ReturnsOf<T>, R>;
  <T>(calls: Iterable<DelayedCall<T>> | AsyncIterable<DelayedCall<T>>): ParallelReturn<T[], R>;
}

/**
 * Makes calls in worker threads and gives their results in the order of the calls. Counterpart of joblib's
 * `Parallel`.
 *
 * {@link delayed} makes the calls. They come as an array or any iterable, async or not; `Parallel` takes
 * more of them as calls end (`preDispatch`). Functions are ordinary ones, closures included. They are sent
 * to each worker once, with what they use, as it is when their first call is taken.
 *
 * Arguments are copied when their call is taken. Frames and large arrays (`maxBytes`) go into shared
 * memory, once each, and nobody may change them there. A failing call ends all the others. `returnAs:
 * 'generator'` throws its error after the results of all calls before it.
 *
 * @returns a function that takes the calls and returns a promise of the results, or an async generator with
 *   `returnAs`
 * @throws ApplyError `ERR_INVALID_OPTION`; the calls reject with CallError `ERR_CALL_FAILED` (`cause` is
 *   what the function threw), `ERR_CALL_TIMEOUT`, `ERR_BAD_RESULT`, `ERR_WORKER_EXITED`,
 *   `ERR_WORKER_OUT_OF_MEMORY`, or with ApplyError `ERR_UNSHIPPABLE`, `ERR_ABORTED`; and with what the
 *   iterable throws
 * @example
 * const roots = await Parallel({ nJobs: 2 })([1, 4, 9].map((x) => delayed(Math.sqrt)(x)));
 * console.log(roots);
 * // -> [ 1, 2, 3 ]
 */
export function Parallel<R extends CallsReturnAs = 'list'>(
  options: ParallelOptions<R> = {},
): ParallelRunner<R> {
  if (Array.isArray(options)) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      'Parallel: options must be an object, got an array; the calls come after the options: Parallel()(calls)',
    );
  }
  const resolved = resolveParallelOptions(options);
  const run = (calls: unknown): unknown => {
    requireIterable('Parallel', calls);
    const caller: Caller = {};
    Error.captureStackTrace(caller, run);
    const given = { source: calls, toCall, options: resolved, caller };
    return resolved.returnAs === 'list' ? listOf(given) : resultsOf(given);
  };
  return run as ParallelRunner<R>;
}

function toCall(item: unknown, index: number): DelayedCall {
  if (item instanceof DelayedCall) return item;
  throw new ApplyError(
    'ERR_INVALID_OPTION',
    `Parallel: call ${index} is ${preview(item)}; expected delayed(fn)(...args)`,
  );
}
