import { setTimeout as delay } from 'node:timers/promises';
import type { Failure, Job, RetryRule } from './job.js';

/** Decides which failed indices of a job run again. */
export class Retries {
  /**
   * index -> the attempts it has left. Lies in shared memory: workers must know whether a failure is final.
   */
  readonly left: Int32Array;
  readonly #rule: RetryRule;
  /** When the last index failed that is to run again; undefined after a wait. */
  #failedAt: number | undefined;

  constructor(rule: RetryRule, indices: number) {
    this.#rule = rule;
    this.left = new Int32Array(new SharedArrayBuffer(indices * 4)).fill(rule.count);
  }

  /** Returns the retries of a job; undefined where every failure is final. */
  static of({ retries, count }: Pick<Job, 'retries' | 'count'>): Retries | undefined {
    return retries && retries.count > 0 ? new Retries(retries, count) : undefined;
  }

  /** Returns a failure with the number of the attempt that failed. */
  numbered(failure: Failure): Failure {
    return { ...failure, attempt: this.#rule.count - this.left[failure.index] + 1 };
  }

  /** Uses up an attempt of the index that failed. Returns whether it had one left and is to run again. */
  take({ index, kind }: Failure): boolean {
    // After a late failure the index has a result.
    if (kind === 'late' || this.left[index] === 0) return false;
    this.left[index]--;
    this.#failedAt = performance.now();
    return true;
  }

  /** Waits until the delay since the last failure is over, or the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    if (this.#failedAt === undefined) return;
    const rest = this.#failedAt + this.#rule.delay - performance.now();
    this.#failedAt = undefined;
    await pause(rest, signal);
  }

  /** Waits for the whole delay, or until the signal aborts. */
  pause(signal: AbortSignal): Promise<void> {
    return pause(this.#rule.delay, signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0) return;
  // An abort ends the wait; the caller looks at the signal.
  await delay(ms, undefined, { signal }).catch(() => {});
}
