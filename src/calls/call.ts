import type { Failure } from '../run/index.js';
import type { AnyFunction } from '../ship/index.js';

/** A call that is to be made. */
export interface Call {
  readonly fn: AnyFunction;
  readonly args: readonly unknown[];
}

/**
 * Who wants the calls of a wave, and knows them by their positions in it. Either `keep` or `fail` is called for each, once, unless it is
 * cancelled or the wave ends early. What a call has left behind may fail later.
 */
export interface CallOwner {
  /** Whether calls after one that fails are of no use. */
  readonly untilFailure: boolean;
  /** What messages call it. */
  nameOf(position: number): string;
  keep(position: number, value: unknown): void;
  /** Returns whether the others go on. The failure's index is the position. */
  fail(failure: Failure): boolean;
}
