import { type InspectOptions, inspect } from 'node:util';
import {
  type CallBatch,
  CallRunner,
  callErrorOf,
  type ExecutorOptions,
  Future,
  resolveExecutorOptions,
  resultsOf,
  zipped,
} from './calls/index.js';
import { ApplyError } from './errors.js';
import { explain } from './failures/index.js';
import type { Failure } from './run/index.js';
import type { AnyFunction } from './ship/index.js';
import { interruptSignal, preview } from './util/index.js';

/**
 * Calls for each worker that are under way at once. The others can still be cancelled, and travel together.
 */
const AHEAD = 2;

/** Calls that are submitted and not yet sent. */
interface NextBatch {
  readonly batch: CallBatch;
  readonly futures: Future<unknown>[];
}

/** An object that makes calls in the background; see {@link createExecutor}. */
export class Executor implements AsyncDisposable {
  readonly #options;
  readonly #runner: CallRunner;
  readonly #closed = new AbortController();
  readonly #unsettled = new Set<Future<unknown>>();
  /** How many of them belong to a batch that runs. */
  #underWay = 0;
  /** Collects the calls that are submitted now. */
  #next: NextBatch | undefined;
  #isTicking = false;
  #isShutDown = false;
  #count = 0;
  #wakers: (() => void)[] = [];

  /** @internal Use {@link createExecutor}. */
  constructor(options: ExecutorOptions) {
    this.#options = resolveExecutorOptions(options);
    this.#runner = new CallRunner(this.#options);
    this.#runner.warm();
  }

  /** @internal How console.log prints it. */
  [inspect.custom](_depth: number, options?: InspectOptions): string {
    const { backend, workers } = this.#options;
    const shown = {
      kind: backend,
      maxWorkers: workers,
      submitted: this.#count,
      unsettled: this.#unsettled.size,
    };
    return `Executor ${inspect(this.#isShutDown ? { ...shown, shutDown: true } : shown, options)}`;
  }

  /**
   * Calls `fn(...args)` as soon as a worker is free. Everything that is submitted in one turn of the event
   * loop travels together.
   *
   * Arguments are copied at once; frames and arrays of `maxBytes` and more are copied once for each turn, and
   * other large arguments once until they change. A function, with everything that it has captured, is
   * copied when its first call of a turn is submitted, because looking again would cost every call more than
   * sending it. So pass as arguments what differs from call to call, or submit a new closure each time.
   *
   * A call that changes captured variables changes its worker's copy, where later calls find the change, as
   * with the globals of Python's worker processes. The worker gets a new copy when the function is found to
   * have changed here. With `'async'` nothing is copied.
   *
   * @returns a future, which rejects with what the function threw, or with CallError if it was not the
   *   function that failed
   * @throws ApplyError `ERR_UNSHIPPABLE`, and `ERR_ABORTED` after {@link shutdown}
   */
  submit<A extends readonly unknown[], R>(fn: (...args: A) => R, ...args: A): Future<Awaited<R>> {
    this.#requireOpen();
    if (typeof fn !== 'function') {
      throw new ApplyError('ERR_INVALID_OPTION', `submit: fn must be a function, got ${preview(fn)}`);
    }
    this.#next ??= this.#newBatch();
    const { batch, futures } = this.#next;
    const position = batch.add({ fn: fn as AnyFunction, args });
    const future = Future.make<Awaited<R>>({
      cancel: () => {
        const isCancelled = batch.cancel(position);
        if (isCancelled) this.#forget(future, batch);
        return isCancelled;
      },
      isBegun: () => batch.isBegun(position),
    });
    this.#count++;
    futures.push(future);
    this.#unsettled.add(future);
    if (!this.#isTicking) {
      this.#isTicking = true;
      setImmediate(() => this.#tick());
    }
    return future;
  }

  /**
   * Calls `fn` with the items of an iterable, or of several side by side, and yields the results in order.
   * Starts at once, and takes no more items than keep the workers busy. Counterpart of `Executor.map`,
   * which takes all items at once.
   *
   * @returns an async generator. It throws CallError for the first call that fails, after the results of
   *   the calls before it. Leaving its loop ends the calls.
   */
  map<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    ...iterables: { readonly [K in keyof A]: Iterable<A[K]> | AsyncIterable<A[K]> }
  ): AsyncGenerator<Awaited<R>, void, undefined> {
    this.#requireOpen();
    const caller: { stack?: string } = {};
    Error.captureStackTrace(caller, this.map);
    return resultsOf({
      source: zipped('map', iterables),
      toCall: (args) => ({ fn, args: args as A }),
      options: {
        ...this.#options,
        preDispatch: AHEAD * this.#options.workers,
        signal: this.#closed.signal,
        progress: false,
        returnAs: 'generator',
      },
      caller,
      runner: this.#runner.sibling(),
    }) as AsyncGenerator<Awaited<R>, void, undefined>;
  }

  /**
   * Takes no more calls. `cancelFutures` also cancels the calls that have not begun, and ends loops over
   * {@link map}.
   *
   * @param options `wait` (default true): resolve when everything that was submitted is over;
   *   `cancelFutures` (default false)
   */
  async shutdown(options: { readonly wait?: boolean; readonly cancelFutures?: boolean } = {}): Promise<void> {
    const { wait = true, cancelFutures = false } = options;
    this.#isShutDown = true;
    if (cancelFutures) {
      for (const future of [...this.#unsettled]) future.cancel();
      this.#closed.abort(shutDown());
    }
    const idle = this.#untilIdle().then(() => this.#runner.end());
    if (wait) await idle;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  /** Returns an empty batch for the calls from now on. */
  #newBatch(): NextBatch {
    const first = this.#count;
    const futures: Future<unknown>[] = [];
    const batch = this.#runner.newBatch({
      untilFailure: false,
      nameOf: (position) => `call ${first + position}`,
      onResult: (position, value) => this.#settle(futures[position], { value }),
      onFailure: (failure) => {
        const index = first + failure.index;
        if (failure.kind === 'late') process.emitWarning(callErrorOf(failure, index));
        else this.#settle(futures[failure.index], { error: this.#errorOf(failure, index) });
        return true;
      },
    });
    interruptSignal()?.addEventListener('abort', batch.end);
    return { batch, futures };
  }

  /** Ends a turn of the event loop: functions that are submitted from now on are read again. */
  #tick(): void {
    this.#isTicking = false;
    this.#runner.sender?.forget();
    this.#launch();
  }

  #launch(): void {
    if (!this.#next || this.#isTicking || this.#underWay >= AHEAD * this.#options.workers) return;
    const { batch, futures } = this.#next;
    this.#next = undefined;
    this.#underWay += futures.filter((future) => !future.done()).length;
    batch.run().then(
      () => this.#endBatch(batch, futures, new ApplyError('ERR_ABORTED', 'the call was ended')),
      (error: unknown) => this.#endBatch(batch, futures, error),
    );
  }

  /** Rejects the futures that the batch has not settled. */
  #endBatch(batch: CallBatch, futures: readonly Future<unknown>[], error: unknown): void {
    interruptSignal()?.removeEventListener('abort', batch.end);
    for (const future of futures) this.#settle(future, { error });
  }

  #settle<T>(future: Future<T>, outcome: { readonly value: T } | { readonly error: unknown }): void {
    if (!future.settle(outcome)) return;
    this.#underWay--;
    this.#drop(future);
  }

  /** Drops a future that was cancelled. */
  #forget(future: Future<unknown>, batch: CallBatch): void {
    if (batch !== this.#next?.batch) this.#underWay--;
    this.#drop(future);
  }

  #drop(future: Future<unknown>): void {
    this.#unsettled.delete(future);
    this.#launch();
    if (this.#unsettled.size === 0) for (const wake of this.#wakers.splice(0)) wake();
  }

  async #untilIdle(): Promise<void> {
    if (this.#unsettled.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#wakers.push(resolve);
    });
  }

  /** Returns what the function threw, as it is, or a CallError for any other failure. */
  #errorOf(failure: Failure, index: number): unknown {
    const { code, cause } = explain(failure, 'CALL', '');
    return code === 'ERR_CALL_FAILED' && cause
      ? cause.error
      : callErrorOf(failure, index, this.#options.timeout);
  }

  #requireOpen(): void {
    if (this.#isShutDown) throw shutDown();
  }
}

const shutDown = () => new ApplyError('ERR_ABORTED', 'the executor has been shut down');

/**
 * Makes an executor in the shape of Python's `concurrent.futures`. `'threads'` makes calls in worker
 * threads, for functions that compute; `'async'` makes them in the event loop of this thread, `maxWorkers`
 * at a time, for functions that wait for I/O. It shares the threads with other executors, `Parallel` and
 * `applyParallel`, in turns.
 *
 * @throws ApplyError `ERR_INVALID_OPTION`
 * @example
 * await using executor = createExecutor({ kind: 'threads', maxWorkers: 2 });
 * const futures = [1, 4, 9].map((x) => executor.submit(Math.sqrt, x));
 * console.log(await Promise.all(futures));
 * // -> [ 1, 2, 3 ]
 */
export function createExecutor(options: ExecutorOptions = {}): Executor {
  return new Executor(options);
}
