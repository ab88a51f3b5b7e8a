/**
 * The run time to aim at for a claim: claiming costs nothing beside it, and no worker waits long at the end.
 */
const TARGET_MS = 10;
const MAX_GROWTH = 8;

/** Finds how many indices to claim at a time by measuring how long they take. */
export class BatchSizer {
  #size: number;
  readonly #fixed: boolean;
  readonly #workers: number;
  readonly #targetMs: number;

  constructor(workers: number, fixed?: number, targetMs = TARGET_MS) {
    this.#size = fixed ?? 1;
    this.#fixed = fixed !== undefined;
    this.#workers = workers;
    this.#targetMs = targetMs;
  }

  /**
   * Returns at most half a fair share of the `remaining` indices: small last claims let workers end together.
   */
  next(remaining: number): number {
    if (this.#fixed) return this.#size;
    return Math.max(1, Math.min(this.#size, Math.floor(remaining / (2 * this.#workers))));
  }

  record(count: number, milliseconds: number): void {
    if (this.#fixed) return;
    const wanted = (count * this.#targetMs) / Math.max(milliseconds, 1e-3);
    this.#size = Math.max(1, Math.round(Math.min(wanted, this.#size * MAX_GROWTH)));
  }
}
