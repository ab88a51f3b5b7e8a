import { availableParallelism } from 'node:os';
import { ApplyError } from './errors.js';
import { preview } from './frame/index.js';

/**
 * How many cores this process may use, as joblib's `cpu_count()`.
 *
 * @example
 * cpuCount() // 8
 */
export function cpuCount(): number {
  return Math.max(1, availableParallelism());
}

/**
 * How many workers `nJobs` means here, as joblib's `effective_n_jobs`: -1 is one per core, -2 all cores but one, and never less
 * than one.
 *
 * @throws ApplyError `ERR_INVALID_OPTION` for 0 and for what is no whole number
 * @example
 * effectiveNJobs(-1) // 8 on eight cores
 */
export function effectiveNJobs(nJobs = -1): number {
  if (!Number.isInteger(nJobs) || nJobs === 0) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `nJobs must be a whole number other than 0 (-1: all cores, -2: all but one, 1: this thread), got ${preview(nJobs)}`,
    );
  }
  return nJobs > 0 ? nJobs : Math.max(1, cpuCount() + 1 + nJobs);
}
