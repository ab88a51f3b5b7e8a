/**
 * Counts deliveries that a worker has sent and nobody has taken yet. The count lies in shared memory: workers
 * pause by themselves when the backlog is full, however busy the main thread is.
 */
export interface BacklogCounter {
  readonly words: Int32Array;
  readonly limit: number;
}

/** Counts a delivery that a worker is about to send. Returns whether the backlog is full with it. */
export const countDelivery = ({ words, limit }: BacklogCounter): boolean =>
  Atomics.add(words, 0, 1) + 1 >= limit;

/** The main thread's side of the backlog: deliveries that have arrived and wait to be taken. */
export class ResultBacklog {
  readonly counter: BacklogCounter;
  #waiting = 0;
  readonly #wakers = new Set<() => void>();

  constructor(limit: number) {
    this.counter = { words: new Int32Array(new SharedArrayBuffer(4)), limit };
  }

  /** Notes that a delivery has arrived. Returns the function to call once it has been taken. */
  receive(): () => void {
    this.#waiting++;
    return () => {
      this.#waiting--;
      Atomics.sub(this.counter.words, 0, 1);
      if (this.#isLow()) for (const wake of this.#wakers) wake();
    };
  }

  /** Drops deliveries that died with their worker from the count. To be called while no worker runs. */
  forgetUndelivered(): void {
    Atomics.store(this.counter.words, 0, this.#waiting);
  }

  /** Resolves when at most half of the limit waits, or the signal is aborted. */
  async untilLow(signal: AbortSignal): Promise<void> {
    if (this.#isLow() || signal.aborted) return;
    let wake = () => {};
    await new Promise<void>((resolve) => {
      wake = resolve;
      this.#wakers.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
    this.#wakers.delete(wake);
    signal.removeEventListener('abort', wake);
  }

  #isLow(): boolean {
    return this.#waiting <= this.counter.limit / 2;
  }
}
