const ALIGNMENT = 8;
/** The next round hardly ever wants exactly as much. */
const SLACK = 1.125;

import type { Allocate } from '../arrow/index.js';

const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Memory of one thread that is used again and again: fresh memory costs page by page when it is first
 * touched, and again when it is freed.
 */
export class Arena {
  #memory = new Uint8Array(0);
  #used = 0;
  /** Bytes that all requests since the last reset took together. */
  #wanted = 0;
  readonly #most: number;

  /** Does not keep more than `most` bytes. */
  constructor(most = MOST_BYTES) {
    this.#most = most;
  }

  /** Returns memory that is valid until {@link reset}. */
  readonly allocate: Allocate = (byteLength, isOverwritten = false) => {
    const size = Math.ceil(byteLength / ALIGNMENT) * ALIGNMENT;
    this.#wanted += size;
    if (this.#used + size > this.#memory.length) return new Uint8Array(byteLength);
    const bytes = this.#memory.subarray(this.#used, this.#used + byteLength);
    this.#used += size;
    return isOverwritten ? bytes : bytes.fill(0);
  };

  /** Takes all memory back, and keeps a little more than was wanted this time. */
  reset(): void {
    if (this.#wanted > this.#memory.length && this.#memory.length < this.#most) {
      this.#memory = new Uint8Array(Math.min(this.#wanted * SLACK, this.#most));
    }
    this.#used = 0;
    this.#wanted = 0;
  }
}
