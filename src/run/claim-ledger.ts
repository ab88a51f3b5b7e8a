import { clock } from './clock.js';
import { failureKindOf, type WorkerDeath } from './death-kinds.js';
import type { Failure, Job, JobProgress } from './job.js';
import { type Claim, isWanted, type JobControl, lastActivity } from './job-control.js';
import type { PassState } from './pass-state.js';
import { recordEnd } from './timings.js';

/** How often an index may be lost with a worker before it is blamed for the worker's death. */
const MAX_LOSSES = 3;

/** Keeps account of the positions that workers claim in a pass: delivered, failed, or lost with a worker. */
export class ClaimLedger {
  readonly #job: Job;
  readonly #state: PassState;
  readonly #control: JobControl;
  /** 1 for a position that is delivered, failed or lost. */
  readonly #isSettled: Uint8Array;
  /** The first position of the last claim that each worker delivered. */
  readonly #lastDelivered: Int32Array;
  readonly #failed = new Set<number>();
  readonly #lost: number[] = [];
  /** Indices that have failed and are to run again. */
  readonly #retried = new Set<number>();
  /** The progress that workers have counted wrong: too little for a blamed index, too much for a lost one. */
  readonly #correction = { count: 0, weight: 0 };

  constructor(job: Job, workers: number, state: PassState, control: JobControl) {
    this.#job = job;
    this.#state = state;
    this.#control = control;
    this.#isSettled = new Uint8Array(job.count - state.first);
    this.#lastDelivered = new Int32Array(workers).fill(-1);
  }

  get correction(): JobProgress {
    return this.#correction;
  }

  /** Records a claim that a worker has reported on: its results, or that indices of it have to run again. */
  recordClaim(worker: number, claimed: Claim): void {
    this.#lastDelivered[worker] = claimed.from;
    this.#settle(claimed);
  }

  recordLost(indices: readonly number[]): void {
    for (const index of indices) this.#lost.push(index);
  }

  recordFailure(index: number): void {
    this.#failed.add(index);
  }

  /** Records that an index which has failed, and counts as finished, is to run again. */
  recordRetry(index: number): void {
    this.#state.losses.delete(index);
    this.#lost.push(index);
    this.#retried.add(index);
    this.#correct(index, -1);
  }

  isRetried(index: number): boolean {
    return this.#retried.has(index);
  }

  /**
   * Blames the index that a dead worker ran, if it is to blame, and marks the rest of the claim as lost.
   * Returns undefined if the worker had claimed nothing, or had already delivered its claim.
   * @param killedAt the position at which the worker was killed because of the timeout, if it was
   */
  recordDeath(
    worker: number,
    death: WorkerDeath,
    killedAt: number | undefined,
  ): { readonly failure?: Failure } | undefined {
    const { position, isFinished, from, to } = lastActivity(this.#control, worker);
    if (from >= to || this.#lastDelivered[worker] === from) return undefined;
    this.#settle({ from, to });
    if (!isWanted(this.#control, from)) return {};
    // A worker may finish the overdue position before the kill arrives. Then nothing that it ran is to blame.
    const isToBlame = killedAt === undefined ? death.isIndexToBlame : killedAt === position && !isFinished;
    let failure: Failure | undefined;
    for (let at = from; at < to; at++) {
      const index = this.#indexAt(at);
      if (this.#failed.has(index)) continue;
      const isCounted = at < position || (at === position && isFinished);
      // A kill because of a timeout does not count: the indices beside the overdue one did nothing wrong.
      const losses = (this.#state.losses.get(index) ?? 0) + (killedAt === undefined ? 1 : 0);
      if (at === position && (isToBlame || losses >= MAX_LOSSES)) {
        if (!isCounted) this.#correct(index, 1);
        this.#failed.add(index);
        if (this.#job.timings) recordEnd(this.#job.timings, index, clock());
        const kind = killedAt === position ? 'timeout' : failureKindOf(death);
        failure = { index, kind, error: death.error };
        continue;
      }
      this.#state.losses.set(index, losses);
      this.#lost.push(index);
      // The index counts again when it runs again.
      if (isCounted) this.#correct(index, -1);
    }
    return { failure };
  }

  /**
   * Returns the indices to run again, once no worker runs any more. A worker that dies during a claim may not
   * have recorded it, so every position before `next` that is not settled counts as lost.
   */
  lostBefore(next: number): number[] {
    const { first } = this.#state;
    const lost = [...this.#lost];
    for (let at = first; at < next; at++) if (this.#isSettled[at - first] === 0) lost.push(this.#indexAt(at));
    return lost;
  }

  #settle({ from, to }: Claim): void {
    const { first } = this.#state;
    this.#isSettled.fill(1, from - first, to - first);
  }

  #correct(index: number, sign: 1 | -1): void {
    this.#correction.count += sign;
    this.#correction.weight += sign * this.#job.weights[index];
  }

  #indexAt(position: number): number {
    const { order } = this.#state;
    return order ? order[position] : position;
  }
}
