import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { ApplyError } from '../errors.js';
import { preview } from '../util/index.js';

/**
 * Returns how many cores this process may use, as joblib's `cpu_count()`: those the system gives it, and no
 * more than the CPU quota of its container (cgroup v1 and v2).
 *
 * @example
 * cpuCount() // 8
 */
export function cpuCount(): number {
  quota ??= cgroupCpus(readText);
  return Math.max(1, Math.min(availableParallelism(), Math.ceil(quota)));
}

/** Read once: a container's quota hardly changes, and calls are many. */
let quota: number | undefined;

/** Returns how many CPUs the process's cgroup may use; infinity without a limit. */
export function cgroupCpus(read: (path: string) => string | undefined): number {
  const [most, period] = (read('/sys/fs/cgroup/cpu.max') ?? '').split(' ');
  const quotas = [
    Number(most) / Number(period),
    Number(read('/sys/fs/cgroup/cpu/cpu.cfs_quota_us')) /
      Number(read('/sys/fs/cgroup/cpu/cpu.cfs_period_us')),
  ];
  // 'max', -1 and missing files mean no limit.
  return quotas.find((cpus) => cpus > 0) ?? Number.POSITIVE_INFINITY;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Returns how many workers `nJobs` means here, as joblib's `effective_n_jobs`: -1 is one per core, -2 all
 * cores but one, and never less than one.
 *
 * @throws ApplyError `ERR_INVALID_OPTION` for 0 and for what is no whole number
 * @example
 * effectiveNJobs(-1) // 8 on eight cores
 */
export function effectiveNJobs(nJobs?: number): number;
/** @internal With `most` workers for -1, instead of one per core. */
export function effectiveNJobs(nJobs: number | undefined, most: number): number;
export function effectiveNJobs(nJobs = -1, most = cpuCount()): number {
  if (!isNJobs(nJobs)) {
    throw new ApplyError('ERR_INVALID_OPTION', `nJobs must be ${N_JOBS_WORDS}, got ${preview(nJobs)}`);
  }
  return nJobs > 0 ? nJobs : Math.max(1, most + 1 + nJobs);
}

export const isNJobs = (value: unknown): boolean => Number.isInteger(value) && value !== 0;

export const N_JOBS_WORDS = 'a whole number other than 0 (-1: all cores, -2: all but one, 1: this thread)';
