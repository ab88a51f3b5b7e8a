import { requirePackageHome } from '../util/index.js';
import { cpuCount, effectiveNJobs, isNJobs, N_JOBS_WORDS } from './cpu-count.js';
import { type ResolvedRetries, type RetryOptions, resolveRetries, retriesRule } from './retries.js';
import { isPositiveInteger, oneOf, type Rule, type Rules } from './rules.js';

/** The options that calls on groups and calls of functions share. */
export interface WorkerOptions {
  nJobs?: number;
  backend?: BackendName;
  batchSize?: number | 'auto';
  timeout?: number;
  retries?: number | RetryOptions;
  signal?: AbortSignal;
}

export type BackendName = 'threads' | 'processes' | 'async' | 'inline';

export const nJobsRule: Rule = [isNJobs, N_JOBS_WORDS];

export const timeoutRule: Rule = [isMilliseconds, 'a positive number of milliseconds'];

export const workerRules: Rules<WorkerOptions> = {
  nJobs: nJobsRule,
  backend: oneOf('threads', 'processes', 'async', 'inline'),
  batchSize: [(value) => value === 'auto' || isPositiveInteger(value), "'auto' or a positive whole number"],
  timeout: timeoutRule,
  retries: retriesRule,
  signal: [(value) => value instanceof AbortSignal, 'an AbortSignal'],
};

/** {@link WorkerOptions} with the defaults filled in. */
export interface ResolvedWorkers {
  readonly backend: BackendName;
  /** Threads, processes, or items under way at once. */
  readonly workers: number;
  /** True if the user left the number of workers to this package. */
  readonly mayUseFewer: boolean;
  /** Undefined for 'auto'. */
  readonly batchSize: number | undefined;
  /** Undefined if nothing that fails runs again. */
  readonly retries: ResolvedRetries | undefined;
}

/** Items under way at once by default with `backend: 'async'`: waiting costs no core. */
const ASYNC_JOBS = 32;

/** Returns the options with their defaults; {@link workerRules} has checked them. */
export function resolveWorkers(options: Omit<WorkerOptions, 'timeout' | 'signal'>): ResolvedWorkers {
  const { nJobs, backend = 'threads', batchSize = 'auto', retries } = options;
  const jobs = effectiveNJobs(nJobs, backend === 'async' ? ASYNC_JOBS : cpuCount());
  // One thread is this one; one process keeps it safe.
  const isThreaded = backend === 'threads' && jobs > 1;
  // Before any function is shipped: a bundled program would get a less telling error from that.
  if (isThreaded || backend === 'processes') requirePackageHome();
  return {
    backend: backend === 'threads' && !isThreaded ? 'inline' : backend,
    workers: backend === 'inline' ? 1 : jobs,
    mayUseFewer: nJobs === undefined && isThreaded,
    batchSize: batchSize === 'auto' ? undefined : batchSize,
    retries: resolveRetries(retries),
  };
}

function isMilliseconds(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY;
}
