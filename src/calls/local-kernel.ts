import type { Kernel } from '../run/index.js';
import type { Call } from './call.js';

/** Calls functions in the thread they come from: nothing is copied. */
export class LocalKernel implements Kernel {
  readonly #calls: readonly Call[];
  readonly #begin: (index: number) => boolean;
  #returns: [index: number, value: unknown][] = [];

  /** `begin` says whether a call is to be run. */
  constructor(calls: readonly Call[], begin: (index: number) => boolean) {
    this.#calls = calls;
    this.#begin = begin;
  }

  run(index: number, signal: AbortSignal): void | Promise<void> {
    if (!this.#begin(index)) return;
    const { fn, args } = this.#calls[index];
    const value = (fn as (...args: readonly unknown[]) => unknown)(...args);
    if (!isThenable(value)) {
      this.#returns.push([index, value]);
      return;
    }
    return Promise.resolve(value).then((settled) => {
      if (!signal.aborted) this.#returns.push([index, settled]);
    });
  }

  take(): unknown {
    return this.#returns.splice(0);
  }
}

export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
