import { configRules, type ParallelConfig } from './calls/index.js';
import { ApplyError } from './errors.js';
import { checkOptions, withDefaults } from './options/index.js';
import { preview } from './util/index.js';

/**
 * Runs `body` with defaults for the options of every `Parallel`, `parmap` and `applyParallel` that `body`
 * starts, at any depth and at any time. A call's own options come first, then those of an inner
 * `parallelConfig`. Counterpart of joblib's `with parallel_config(...)`.
 *
 * @returns what `body` returns
 * @throws ApplyError `ERR_INVALID_OPTION`
 * @example
 * const calls = [1, 4].map((x) => delayed(Math.sqrt)(x));
 * const roots = await parallelConfig({ nJobs: 2 }, () => Parallel()(calls));
 * console.log(roots);
 * // -> [ 1, 2 ]
 */
export function parallelConfig<T>(config: ParallelConfig, body: () => T): T {
  checkOptions('parallelConfig', config, configRules);
  if (typeof body !== 'function') {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `parallelConfig: body must be a function, got ${preview(body)}`,
    );
  }
  return withDefaults(config, body);
}
