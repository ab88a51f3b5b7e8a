import { setMaxListeners } from 'node:events';
import type { ResolvedWorkers } from '../options/index.js';
import type { Job } from '../run/index.js';
import type { CallReceiver, FunctionCall } from './call.js';
import { BEGUN, CANCELLED, WAITING } from './call-kernel.js';

export interface CallRunnerOptions extends ResolvedWorkers {
  readonly timeout: number | undefined;
  /** Arrays of at least so many bytes go through shared memory. */
  readonly maxBytes: number;
  /** Runs once in each worker before its first call of a function. */
  readonly initializer: (() => unknown) | undefined;
}

/** The part of a runner that its batches use. */
export interface BatchHost {
  readonly options: CallRunnerOptions;
  /** True if calls that import nothing may run in workers that have loaded no more than those need. */
  readonly mayBeAlone: boolean;
  /** Aborted when nothing is to run any more. */
  readonly over: AbortSignal;
  /** Runs the initializer in this thread, unless it has run. */
  initializeHere(): Promise<void> | undefined;
  /**
   * Starts the workers if there are none.
   *
   * @param isAlone whether their calls import nothing, as far as is known
   */
  warm(isAlone: boolean): void;
  /** Runs `body` when all that was begun before it has ended. */
  runInTurn<T>(body: () => Promise<T>): Promise<T>;
  /** Runs `body` as soon as fewer than `workers` others are under way. */
  runWhenFree<T>(body: () => Promise<T>): Promise<T>;
}

/** Calls that are sent to the workers together, as one job whose indices are their positions. */
export abstract class CallBatch {
  protected readonly host: BatchHost;
  protected readonly receiver: CallReceiver;
  protected states: Int32Array | undefined;
  readonly #cancelled = new Set<number>();
  readonly #ending = new AbortController();

  constructor(host: BatchHost, receiver: CallReceiver) {
    this.host = host;
    this.receiver = receiver;
  }

  abstract readonly count: number;

  /** The memory that the arguments take. */
  abstract readonly byteLength: number;

  /** Returns the call's position. Throws `ERR_UNSHIPPABLE` and leaves the batch as it was. */
  abstract add(call: FunctionCall): number;

  /** Resolves when all calls have run that are to run; rejects when they cannot. */
  async run(): Promise<void> {
    this.states = new Int32Array(new SharedArrayBuffer(this.count * 4));
    for (const position of this.#cancelled) this.states[position] = CANCELLED;
    const { batchSize, timeout, retries } = this.host.options;
    const { count } = this;
    const { untilFailure } = this.receiver;
    const over = AbortSignal.any([this.host.over, this.#ending.signal]);
    // Every call that waits for another one listens.
    setMaxListeners(0, over);
    const weights = equalWeights(count);
    const job = { count, weights, batchSize, timeout, retries, isOrdered: true, untilFailure };
    await this.runJob(job, over);
  }

  protected abstract runJob(job: Omit<Job, 'kernel'>, over: AbortSignal): Promise<void>;

  /** Ends all calls, now or as soon as the batch runs. */
  readonly end = (): void => this.#ending.abort();

  isBegun(position: number): boolean {
    return this.states !== undefined && Atomics.load(this.states, position) === BEGUN;
  }

  /** Returns false when the call has begun. */
  cancel(position: number): boolean {
    if (this.states) {
      return Atomics.compareExchange(this.states, position, WAITING, CANCELLED) !== BEGUN;
    }
    this.#cancelled.add(position);
    return true;
  }

  /** Cancels the calls from `position` on that have not begun. */
  cancelFrom(position: number): void {
    for (let at = Math.max(position, 0); at < this.count; at++) this.cancel(at);
  }
}

let ones: Int32Array = new Int32Array(0);

/** Returns equal weights: no call is known to be more work than another. All batches share the memory. */
function equalWeights(count: number): Int32Array {
  if (ones.length < count) {
    const length = Math.max(1024, 2 * count);
    ones = new Int32Array(new SharedArrayBuffer(length * 4)).fill(1);
  }
  return ones.subarray(0, count);
}
