import { inspect } from 'node:util';
import { ApplyError } from '../errors.js';

/** The call behind a future. */
export interface FutureCall {
  /** Keeps the call from running. Returns false once it has begun. */
  cancel(): boolean;
  isBegun(): boolean;
}

interface Settle<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

type State = 'pending' | 'done' | 'failed' | 'cancelled';

/**
 * The result of a call that was submitted to an executor: a promise that tells its state, and that can be
 * cancelled until the call begins. Counterpart of `concurrent.futures.Future`; `await` is its `result()`.
 *
 * A failed future that nobody awaits is silent, as in Python. It keeps the error for whoever awaits it
 * later.
 */
export class Future<T> extends Promise<T> {
  #state: State = 'pending';
  #call: FutureCall | undefined;
  #settle: Settle<T> | undefined;

  /** Makes `then` return an ordinary promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** @internal */
  static make<T>(call: FutureCall): Future<T> {
    let settle: Settle<T> | undefined;
    const future = new Future<T>((resolve, reject) => {
      settle = { resolve, reject };
    });
    future.#settle = settle;
    future.#call = call;
    future.catch(() => {});
    return future;
  }

  /**
   * Keeps the call from running; the future then rejects with `ERR_ABORTED`. Returns false if the call has
   * begun or is over.
   */
  cancel(): boolean {
    if (this.#state !== 'pending') return this.#state === 'cancelled';
    if (!this.#call?.cancel()) return false;
    this.#state = 'cancelled';
    this.#settle?.reject(new ApplyError('ERR_ABORTED', 'the call was cancelled before it began'));
    return true;
  }

  /** @internal How console.log prints it. */
  [inspect.custom](): string {
    return `Future { ${this.running() ? 'running' : this.#state} }`;
  }

  cancelled(): boolean {
    return this.#state === 'cancelled';
  }

  /** Returns true while the call runs. */
  running(): boolean {
    return this.#state === 'pending' && this.#call?.isBegun() === true;
  }

  /** Returns true once the call is over or was cancelled. */
  done(): boolean {
    return this.#state !== 'pending';
  }

  /** @internal Returns false when it was settled before. */
  settle(outcome: { readonly value: T } | { readonly error: unknown }): boolean {
    if (this.#state !== 'pending') return false;
    this.#state = 'error' in outcome ? 'failed' : 'done';
    if ('error' in outcome) this.#settle?.reject(outcome.error);
    else this.#settle?.resolve(outcome.value);
    return true;
  }
}
