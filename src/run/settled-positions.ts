import type { Claim } from './job-control.js';

/** Which positions have been delivered, have failed or are lost. What a worker had just claimed when it died is in none of its words. */
export class SettledPositions {
  readonly #first: number;
  readonly #isSettled: Uint8Array;

  constructor(first: number, count: number) {
    this.#first = first;
    this.#isSettled = new Uint8Array(count - first);
  }

  add({ from, to }: Claim): void {
    this.#isSettled.fill(1, from - this.#first, to - this.#first);
  }

  /** The others before `end`. */
  *rest(end: number): Generator<number> {
    for (let at = this.#first; at < end; at++) if (this.#isSettled[at - this.#first] === 0) yield at;
  }
}
