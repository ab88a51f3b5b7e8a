import {
  checkOptions,
  functionRule,
  oneOf,
  positiveInteger,
  type RetryOptions,
  type Rules,
  resolveWorkers,
  retriesRule,
  timeoutRule,
} from '../options/index.js';
import type { CallRunnerOptions } from './call-batch.js';
import { maxBytesRule, resolveMaxBytes } from './options.js';

/** Options of {@link createExecutor}; every one may be left out. */
export interface ExecutorOptions {
  /**
   * `'threads'`: worker threads, for functions that compute. `'processes'`: child processes, for functions
   * that may crash; see `backend` of {@link Parallel}. `'async'`: the event loop of this thread, for
   * functions that mostly wait.
   * @default 'threads'
   */
  kind?: 'threads' | 'processes' | 'async';
  /**
   * How many threads, processes, or calls under way at once.
   * @default one for each core; 32 for 'async'
   */
  maxWorkers?: number;
  /**
   * Milliseconds that one call may run, waiting not counted. A call that runs longer fails with
   * `ERR_CALL_TIMEOUT`.
   * @default no limit
   */
  timeout?: number;
  /**
   * How often a call that fails, by an error, the timeout or a lost worker, is made again with the same
   * arguments; `{ count, delay }` waits `delay` milliseconds before each further attempt.
   * @default 0
   */
  retries?: number | RetryOptions;
  /**
   * Typed arrays of so many bytes and more, in the arguments, go through shared memory, once for all calls
   * that are submitted together. A number, or a text like `'512K'` or `'1M'`; `null` and `Infinity` copy them
   * for every call.
   * @default '1M'
   */
  maxBytes?: number | string | null;
  /**
   * Runs once in every worker before its first call, and again in a worker that replaces one: to load a model
   * or open a connection. May be async. It travels with the function, and objects that both use are the same
   * ones; with several functions it runs once for each of them. Without workers it runs once in this thread.
   * The `timeout` does not limit it. Counterpart of `initializer` in loky and concurrent.futures; `initargs`
   * are what the closure uses.
   * @throws ApplyError `ERR_INITIALIZER_FAILED` from the calls, with the worker and what the function threw
   */
  initializer?: () => unknown;
}

const rules: Rules<ExecutorOptions> = {
  kind: oneOf('threads', 'processes', 'async'),
  maxWorkers: positiveInteger,
  timeout: timeoutRule,
  retries: retriesRule,
  maxBytes: maxBytesRule,
  initializer: functionRule,
};

/** Checks the options of {@link createExecutor} and fills in what is missing. */
export function resolveExecutorOptions(options: ExecutorOptions): CallRunnerOptions {
  checkOptions('createExecutor', options, rules);
  const { kind = 'threads', maxWorkers, timeout, retries, maxBytes, initializer } = options;
  return {
    ...resolveWorkers({ nJobs: maxWorkers, backend: kind, retries }),
    // A single worker is a thread, too: `submit` must not block this one.
    backend: kind,
    timeout,
    maxBytes: resolveMaxBytes(maxBytes),
    initializer,
  };
}
