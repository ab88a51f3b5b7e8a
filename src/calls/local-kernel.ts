import { callUserFunction } from '../failures/index.js';
import type { Kernel } from '../run/index.js';
import { isThenable } from '../util/index.js';
import type { FunctionCall } from './call.js';

/** Makes calls in this thread, without copying anything. */
export class LocalKernel implements Kernel {
  readonly #calls: readonly FunctionCall[];
  readonly #begin: (index: number) => boolean;
  #returns: [index: number, value: unknown][] = [];

  /** `begin` begins a call and returns whether it is to run. */
  constructor(calls: readonly FunctionCall[], begin: (index: number) => boolean) {
    this.#calls = calls;
    this.#begin = begin;
  }

  run(index: number, signal: AbortSignal): void | Promise<void> {
    if (!this.#begin(index)) return;
    const { fn, args } = this.#calls[index];
    const value = callUserFunction(fn as (...args: readonly unknown[]) => unknown, args);
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
