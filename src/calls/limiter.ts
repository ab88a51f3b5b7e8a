/** Runs at most `most` bodies at once; the others wait in order. */
export class Limiter {
  #free: number;
  #waiting: (() => void)[] = [];
  #head = 0;

  constructor(most: number) {
    this.#free = most;
  }

  async run<T>(body: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await body();
    } finally {
      this.#passOn();
    }
  }

  /** Gives a free place to the body that has waited longest. */
  #passOn(): void {
    if (this.#head === this.#waiting.length) {
      this.#waiting = [];
      this.#head = 0;
      this.#free++;
    } else {
      this.#waiting[this.#head++]();
    }
  }
}
