import { inspect } from 'node:util';
import { ApplyError } from '../errors.js';
import { preview } from '../util/index.js';
import { mayBlock, untilChanged, wake } from './wait.js';

const FREE = 0;
const HELD = 1;
/** Held, and others may be waiting for it. */
const WANTED = 2;

/**
 * A lock that the main thread and all workers share: pass it to a function, or let the function capture
 * it. It is a last resort, for several words of shared memory that must change together; returning
 * values is faster and never waits.
 *
 * `run` waits without blocking its thread. The lock is neither re-entrant nor fair. A worker that ends while
 * it holds the lock, by `timeout` or an abort, never releases it.
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
  /** @internal The state of the lock, in shared memory. */
  readonly words: Int32Array;

  /** @internal */
  constructor(words: Int32Array);
  constructor();
  constructor(words: Int32Array = new Int32Array(new SharedArrayBuffer(4))) {
    this.words = words;
  }

  /** @internal How console.log prints it. */
  [inspect.custom](): string {
    return `SharedLock { ${Atomics.load(this.words, 0) === FREE ? 'free' : 'held'} }`;
  }

  /** Waits for the lock, runs `body` while holding it, and returns what `body` returns. */
  async run<T>(body: () => T | Promise<T>): Promise<T> {
    requireBody('run', body);
    const { words } = this;
    if (Atomics.compareExchange(words, 0, FREE, HELD) !== FREE) {
      // Takes the lock as WANTED, not HELD, since this thread cannot know whether others wait, too.
      while (Atomics.exchange(words, 0, WANTED) !== FREE) await untilChanged(words, 0, WANTED);
    }
    try {
      return await body();
    } finally {
      this.#release();
    }
  }

  /**
   * Does the same for a function that is not async, and blocks the thread while it waits.
   *
   * @throws ApplyError `ERR_INVALID_OPTION` in the main thread, which must not block, when the lock is held
   */
  runSync<T>(body: () => T): T {
    requireBody('runSync', body);
    const { words } = this;
    if (Atomics.compareExchange(words, 0, FREE, HELD) !== FREE) {
      if (!mayBlock()) {
        throw new ApplyError(
          'ERR_INVALID_OPTION',
          'SharedLock.runSync: the lock is held, and the main thread must not stand still until it is ' +
            'free; use run there',
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
