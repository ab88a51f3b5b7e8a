/** Lets no more than so many things be under way at once; the others wait in a row. */
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
      this.#hand();
    }
  }

  /** Gives a place to who has waited longest. */
  #hand(): void {
    if (this.#head === this.#waiting.length) {
      this.#waiting = [];
      this.#head = 0;
      this.#free++;
    } else {
      this.#waiting[this.#head++]();
    }
  }
}
