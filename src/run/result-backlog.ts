/**
 * Results that were delivered and not yet taken, counted in deliveries. The count lies in shared memory: workers stop by themselves
 * when it is full, however busy the main thread may be.
 */
export interface BacklogCounter {
  readonly words: Int32Array;
  readonly most: number;
}

/** A worker has a delivery. Returns whether that fills the backlog. */
export const countDelivery = ({ words, most }: BacklogCounter): boolean =>
  Atomics.add(words, 0, 1) + 1 >= most;

/** The main thread's side of it. */
export class ResultBacklog {
  readonly gauge: BacklogCounter;
  #waiting = 0;
  readonly #wakers = new Set<() => void>();

  constructor(most: number) {
    this.gauge = { words: new Int32Array(new SharedArrayBuffer(4)), most };
  }

  /** A delivery has come in. Returns what is to be called once it has been taken. */
  receive(): () => void {
    this.#waiting++;
    return () => {
      this.#waiting--;
      Atomics.sub(this.gauge.words, 0, 1);
      if (this.#isLow()) for (const wake of this.#wakers) wake();
    };
  }

  /** Nobody delivers now: deliveries that died with their worker are forgotten. */
  settle(): void {
    Atomics.store(this.gauge.words, 0, this.#waiting);
  }

  /** Resolves when half of it has been taken, or the signal is aborted. */
  async low(signal: AbortSignal): Promise<void> {
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
    return this.#waiting <= this.gauge.most / 2;
  }
}
