import type { Failure, WaitsFor } from '../run/index.js';
import type { AnyFunction } from '../ship/index.js';

/** A call of a function that is to be made. */
export interface FunctionCall {
  readonly fn: AnyFunction;
  readonly args: readonly unknown[];
}

/**
 * Receives what becomes of a batch's calls, which it knows by their positions in the batch. Each call gets
 * one `onResult` or one `onFailure`, none if it is cancelled or the batch ends early, and a late failure of
 * what it left behind.
 */
export interface CallReceiver {
  /** True if calls after one that fails are of no use. */
  readonly untilFailure: boolean;
  /** Returns what messages call a call. */
  nameOf(position: number): string;
  onResult(position: number, value: unknown): void;
  /** Says what the workers wait for before the first call; undefined once one runs. */
  onWait?(waitsFor: WaitsFor | undefined): void;
  /** Returns whether the other calls go on. The failure's index is the position. */
  onFailure(failure: Failure): boolean;
}
