import type { GroupError } from '../../errors.js';
import { clock, type Failure, type Timings } from '../../run/index.js';
import type { FailedAttempt } from './types.js';

/** Returns the record of a failed attempt. `callBegan` is the time by which attempts count. */
export function failedAttempt(
  { began, took, worker }: Timings,
  { index, attempt = 1 }: Failure,
  error: GroupError,
  callBegan: number,
): FailedAttempt {
  // The time is 0 until the worker has noted the end of the attempt.
  const time = took[index] || clock() - began[index];
  const start = began[index] - callBegan;
  return { key: error.key, index, attempt, worker: worker[index], start, time, error };
}
