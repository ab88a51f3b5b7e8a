import { configRules, type ParallelConfig } from './calls/index.js';
import { ApplyError } from './errors.js';
import { checkOptions, withDefaults } from './options/index.js';
import { preview } from './util/index.js';

/**
 * Runs `body` with defaults for the options of every `Parallel`, `parmap` and `applyParallel` that it calls, at whatever depth and however
 * late, as long as it is `body` that started it. What a call says itself goes before, and so does an inner `parallelConfig`. Counterpart
 * of joblib's `with parallel_config(...)`.
 *
 * @returns what `body` returns
 * @throws ApplyError `ERR_INVALID_OPTION`
 * @example
 * const roots = await parallelConfig({ nJobs: 2 }, () => Parallel()([1, 4].map((x) => delayed(Math.sqrt)(x))));
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
