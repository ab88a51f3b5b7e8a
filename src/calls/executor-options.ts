import {
  ASYNC_JOBS,
  checkOptions,
  cpuCount,
  isMilliseconds,
  isPositive,
  oneOf,
  type Rules,
} from '../options/index.js';
import { maxBytesRule, resolveMaxBytes } from './options.js';

/** Options of {@link createExecutor}; every one may be left out. */
export interface ExecutorOptions {
  /**
   * `'threads'`: worker threads, for functions that compute. `'async'`: the event loop of this thread, for functions that mostly wait.
   * @default 'threads'
   */
  kind?: 'threads' | 'async';
  /**
   * How many threads, or calls under way at once.
   * @default one for each core; 32 for 'async'
   */
  maxWorkers?: number;
  /**
   * Milliseconds that one call may run, waiting not counted. A call that runs longer fails with `ERR_CALL_TIMEOUT`.
   * @default no limit
   */
  timeout?: number;
  /**
   * Typed arrays of so many bytes and more, in the arguments, go through shared memory, once for all calls that are submitted together.
   * A number, or a text like `'512K'` or `'1M'`; `null` and `Infinity` copy them for every call.
   * @default '1M'
   */
  maxBytes?: number | string | null;
}

const rules: Rules<ExecutorOptions> = {
  kind: [oneOf('threads', 'async'), "'threads' or 'async'"],
  maxWorkers: [isPositive, 'a positive whole number'],
  timeout: [isMilliseconds, 'a positive number of milliseconds'],
  maxBytes: maxBytesRule,
};

export function resolveExecutorOptions(options: ExecutorOptions) {
  checkOptions('createExecutor', options, rules);
  const { kind = 'threads', timeout } = options;
  const workers = options.maxWorkers ?? (kind === 'async' ? ASYNC_JOBS : cpuCount());
  return {
    backend: kind,
    workers,
    batchSize: undefined,
    timeout,
    maxBytes: resolveMaxBytes(options.maxBytes),
  };
}
