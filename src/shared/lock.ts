import { ApplyError } from '../errors.js';
import { preview } from '../util/index.js';
import { mayBlock, untilChanged, wake } from './wait.js';

const FREE = 0;
const HELD = 1;
/** Held, and somebody waits for it. */
const WANTED = 2;

/**
 * A lock that the main thread and all workers share: pass it to a function, or let the function capture it. A last resort, for what
 * lies in shared memory and must change in one piece; returning values is faster, and never waits.
 *
 * Whoever waits does not block its thread. The lock is not re-entrant, nor fair. A worker that is ended while it holds the lock, by
 * `timeout` or an abort, holds it for ever.
 *
 * @example
 * const lock = new SharedLock();
 * const total = shareArray(new Float64Array(1));
 * const add = (x: number) => lock.run(() => {
 *   total[0] += x;
 * });
 * await Parallel({ nJobs: 2 })([1, 2, 3].map((x) => delayed(add)(x)));
 * console.log(total[0]);
 * // -> 6
 */
export class SharedLock {
  /** @internal In shared memory: all that there is to it. */
  readonly words: Int32Array;

  /** @internal */
  constructor(words: Int32Array);
  constructor();
  constructor(words: Int32Array = new Int32Array(new SharedArrayBuffer(4))) {
    this.words = words;
  }

  /** Runs `body` while nobody else holds the lock, and gives what it gives. */
  async run<T>(body: () => T | Promise<T>): Promise<T> {
    requireBody('run', body);
    const { words } = this;
    if (Atomics.compareExchange(words, 0, FREE, HELD) !== FREE) {
      // Whoever has waited leaves it marked as wanted: it cannot know whether it was the only one.
      while (Atomics.exchange(words, 0, WANTED) !== FREE) await untilChanged(words, 0, WANTED);
    }
    try {
      return await body();
    } finally {
      this.#release();
    }
  }

  /**
   * The same for a function that is not async; the thread stands still while it waits.
   *
   * @throws ApplyError `ERR_INVALID_OPTION` where the main thread, which must not stand still, would have to wait
   */
  runSync<T>(body: () => T): T {
    requireBody('runSync', body);
    const { words } = this;
    if (Atomics.compareExchange(words, 0, FREE, HELD) !== FREE) {
      if (!mayBlock()) {
        throw new ApplyError(
          'ERR_INVALID_OPTION',
          'SharedLock.runSync: the lock is held, and the main thread must not stand still until it is free; use run there',
        );
      }
      while (Atomics.exchange(words, 0, WANTED) !== FREE) Atomics.wait(words, 0, WANTED);
    }
    try {
      return body();
    } finally {
      this.#release();
    }
  }

  #release(): void {
    if (Atomics.exchange(this.words, 0, FREE) === WANTED) wake(this.words, 0);
  }
}

function requireBody(method: string, body: unknown): void {
  if (typeof body === 'function') return;
  throw new ApplyError(
    'ERR_INVALID_OPTION',
    `SharedLock.${method}: body must be a function, got ${preview(body)}`,
  );
}
