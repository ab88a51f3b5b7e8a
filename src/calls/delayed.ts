import { ApplyError } from '../errors.js';
import type { AnyFunction } from '../ship/index.js';
import { preview } from '../util/index.js';

/** A call that has not been made yet. `R` is its awaited result. */
export class DelayedCall<R = unknown> {
  readonly fn: AnyFunction;
  readonly args: readonly unknown[];
  /** Exists for the compiler only. */
  declare readonly returns?: R;

  constructor(fn: AnyFunction, args: readonly unknown[]) {
    this.fn = fn;
    this.args = args;
  }
}

/**
 * Prepares calls of a function for {@link Parallel}: `delayed(fn)(1, 2)` stands for `fn(1, 2)`. Counterpart
 * of joblib's `delayed`.
 *
 * @throws ApplyError `ERR_INVALID_OPTION` if `fn` is no function
 * @example
 * await Parallel({ nJobs: 2 })([1, 4, 9].map((x) => delayed(Math.sqrt)(x))) // [1, 2, 3]
 */
export function delayed<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
): (...args: A) => DelayedCall<Awaited<R>> {
  if (typeof fn !== 'function') {
    throw new ApplyError('ERR_INVALID_OPTION', `delayed: fn must be a function, got ${preview(fn)}`);
  }
  return (...args) => new DelayedCall(fn, args);
}
