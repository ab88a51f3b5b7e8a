import { reviveError } from '../values/index.js';
import { clock } from './clock.js';
import type { Failure, Job, JobEvents, JobProgress } from './job.js';
import {
  type Claim,
  createControl,
  cut,
  isWanted,
  lastSeen,
  overdue,
  progressOf,
  release,
  stop,
  unclaimed,
} from './job-control.js';
import type { PassResult, PassState } from './pass-state.js';
import { endOfPool, type PoolLease } from './pool.js';
import { SettledPositions } from './settled-positions.js';
import { recordEnd } from './timings.js';
import { causeOf, endShifts, type WorkerDeath, WorkerTask, type WorkMessage } from './worker-task.js';

const PROGRESS_MS = 100;
/** Workers that may end in one place without anything done, before the job gives up. */
const MAX_VAIN = 3;
/** How often an index may be lost through no fault of its own. After that it takes the blame. */
const MAX_LOSSES = 3;
/** A timeout is noticed this part of it too late at the most, within reason. */
const TIMEOUT_PART = 1 / 8;

/** One pass over positions first … count-1 with as many workers as it takes. A worker that dies is replaced at once. */
export class JobPass {
  readonly #control;
  readonly #shifts = new Map<number, WorkerTask>();
  /** The position at which each worker has been killed for taking too long. */
  readonly #expired = new Map<number, number>();
  readonly #lost: number[] = [];
  readonly #failed = new Set<number>();
  readonly #settled: SettledPositions;
  /** Workers that have told of their work in this shift. */
  readonly #heard = new Set<number>();
  /** The first position of the last claim each worker delivered. */
  readonly #delivered: Int32Array;
  readonly #recounted = { count: 0, weight: 0 };
  #stopped = false;
  #broken: { readonly error: unknown } | undefined;

  constructor(
    readonly job: Job,
    readonly workers: number,
    readonly course: PassState,
    readonly lease: PoolLease,
    readonly events: JobEvents,
    readonly signal: AbortSignal,
  ) {
    this.#control = createControl(workers, course.first);
    this.#delivered = new Int32Array(workers).fill(-1);
    this.#settled = new SettledPositions(course.first, job.count);
  }

  async run(): Promise<PassResult> {
    const onAbort = () => this.#stop();
    const { ended } = this.lease;
    this.signal.addEventListener('abort', onAbort, { once: true });
    const onEnded = () => this.#giveUp(endOfPool(ended.reason));
    ended.addEventListener('abort', onEnded, { once: true });
    const timers = this.#startTimers();
    try {
      if (ended.aborted) onEnded();
      else if (!this.signal.aborted) {
        await Promise.all(Array.from({ length: this.workers }, (_, worker) => this.#staff(worker)));
      }
    } finally {
      for (const timer of timers) clearInterval(timer);
      this.signal.removeEventListener('abort', onAbort);
      ended.removeEventListener('abort', onEnded);
    }
    this.#report();
    if (this.#broken) throw this.#broken.error;
    const { count } = this.job;
    if (this.#stopped || this.signal.aborted) return { lost: [], next: count };
    const next = count - unclaimed(this.#control, count);
    // Nobody is at work any more: what was claimed and never heard of again is lost, too.
    for (const at of this.#settled.rest(next)) this.#lost.push(this.#indexAt(at));
    const { failed } = this.course;
    return { lost: this.#lost.filter((index) => index < failed.first), next };
  }

  progress(): JobProgress {
    const { count, weight } = progressOf(this.#control);
    const { before } = this.course;
    return {
      count: before.count + this.#recounted.count + count,
      weight: before.weight + this.#recounted.weight + weight,
    };
  }

  #startTimers(): NodeJS.Timeout[] {
    const timers: NodeJS.Timeout[] = [];
    if (this.events.onProgress) timers.push(setInterval(() => this.#report(), PROGRESS_MS));
    const { timeout } = this.job;
    if (timeout !== undefined) {
      const every = Math.min(Math.max(timeout * TIMEOUT_PART, 5), 250);
      timers.push(setInterval(() => this.#expire(timeout), every));
    }
    return timers;
  }

  #report(): void {
    this.#guard(() => this.events.onProgress?.(this.progress()));
  }

  /** What listeners throw ends the job, not the process. */
  #guard(body: () => void): void {
    try {
      body();
    } catch (error) {
      this.#giveUp(error);
    }
  }

  #giveUp(error: unknown): void {
    this.#broken ??= { error };
    this.#stop();
  }

  /** No index is started any more; functions that do not end soon lose their threads. */
  #stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    stop(this.#control);
    endShifts([...this.#shifts.values()]);
  }

  /** Ends the work on all that comes after an index, which has failed. */
  #cut(index: number): void {
    const { order, failed } = this.course;
    if (!this.job.untilFailure || index >= failed.first) return;
    failed.first = index;
    const position = order ? order.indexOf(index) : index;
    cut(this.#control, position + 1);
    const isBeyond = (worker: number) => {
      const { from, to } = lastSeen(this.#control, worker);
      return from > position && from < to;
    };
    endShifts([...this.#shifts].filter(([worker]) => isBeyond(worker)).map(([, shift]) => shift));
  }

  /** Whether nothing is left that is wanted, because of a failure. */
  #isCutShort(): boolean {
    const { count } = this.job;
    return this.course.failed.first < count && unclaimed(this.#control, count) === 0;
  }

  /** Ends the workers that have been at one index for too long. */
  #expire(timeout: number): void {
    for (const [worker, shift] of this.#shifts) {
      if (this.#stopped || this.#expired.has(worker)) continue;
      const position = overdue(this.#control, worker, timeout);
      if (position === undefined) continue;
      this.#expired.set(worker, position);
      shift.kill();
    }
  }

  /** Keeps one place in the crew manned until the work is done, or for later. */
  async #staff(worker: number): Promise<void> {
    let vain = 0;
    for (;;) {
      const end = await this.#work(worker);
      if (this.#stopped || end === 'done' || end === 'paused') return;
      if (end === 'yielded') continue;
      // One that has worked, or was ended for its slowness, could start.
      const hasWorked = this.#onDeath(worker, end) || this.#heard.has(worker) || this.#expired.has(worker);
      vain = hasWorked ? 0 : vain + 1;
      this.#expired.delete(worker);
      if (this.#stopped || this.#isCutShort()) return;
      if (vain === MAX_VAIN) {
        const reason = end.error ?? new Error('they end before they have done any work');
        this.#giveUp(endOfPool(reason));
        await this.lease.end(reason);
        return;
      }
      release(this.#control, worker);
    }
  }

  async #work(worker: number) {
    const { kernel, count, weights, batchSize, untilFailure, timeout, timings } = this.job;
    const { order, backlog } = this.course;
    const task = {
      kernel,
      control: this.#control,
      worker,
      workers: this.workers,
      count,
      weights,
      order,
      batchSize,
      untilFailure,
      isTimed: timeout !== undefined,
      backlog: backlog?.gauge,
      timings,
    };
    const shift = new WorkerTask(this.lease, task, (message) =>
      this.#guard(() => this.#hear(message, worker)),
    );
    this.#shifts.set(worker, shift);
    this.#heard.delete(worker);
    const end = await shift.end;
    this.#shifts.delete(worker);
    return end;
  }

  #hear(message: WorkMessage, worker: number): void {
    this.#heard.add(worker);
    switch (message.type) {
      case 'results':
        this.#delivered[worker] = message.claimed.from;
        this.#settled.add(message.claimed);
        if (!this.#stopped) this.#deliver(message.results, message.claimed);
        break;
      case 'undone':
        this.#delivered[worker] = message.claimed.from;
        this.#settled.add(message.claimed);
        for (const index of message.indices) this.#lost.push(index);
        break;
      case 'failure':
        this.#failed.add(message.index);
        this.#fail({ index: message.index, kind: 'error', error: reviveError(message.error) });
        break;
      case 'late':
        this.#fail({ index: message.index, kind: 'late', error: reviveError(message.error) });
        break;
      case 'broken':
        this.#giveUp(reviveError(message.error));
    }
  }

  #deliver(results: unknown, { from, to }: Claim): void {
    const taken = this.course.backlog?.receive() ?? (() => {});
    this.events.onResults({ results, indices: this.#indicesAt(from, to), taken });
  }

  /** Made when they are asked for: calls by the thousand have no use for them. */
  #indicesAt(from: number, to: number): Iterable<number> {
    const indexAt = (at: number) => this.#indexAt(at);
    return {
      *[Symbol.iterator]() {
        for (let at = from; at < to; at++) yield indexAt(at);
      },
    };
  }

  #indexAt(position: number): number {
    const { order } = this.course;
    return order ? order[position] : position;
  }

  #fail(failure: Failure): void {
    if (failure.kind !== 'late') this.#cut(failure.index);
    if (!this.#stopped && !this.events.onFailure(failure)) this.#stop();
  }

  /** Blames an index, and marks the rest of the claim as lost. Returns whether the worker had come to work at all. */
  #onDeath(worker: number, death: WorkerDeath): boolean {
    const { position, isFinished, from, to } = lastSeen(this.#control, worker);
    if (from >= to || this.#delivered[worker] === from) return false;
    this.#settled.add({ from, to });
    if (!isWanted(this.#control, from)) return true;
    const expired = this.#expired.get(worker);
    // A worker that was killed at one index, and had gone on to the next by then, is not that one's fault.
    const isGuilty = expired === undefined ? death.isGuilty : expired === position && !isFinished;
    for (let at = from; at < to; at++) {
      const index = this.#indexAt(at);
      const isCounted = at < position || (at === position && isFinished);
      if (this.#failed.has(index)) continue;
      // What was ended by mistake is no one's loss.
      const losses = (this.course.losses.get(index) ?? 0) + (expired === undefined ? 1 : 0);
      if (at === position && (isGuilty || losses >= MAX_LOSSES)) {
        if (!isCounted) this.#recount(index, 1);
        this.#failed.add(index);
        if (this.job.timings) recordEnd(this.job.timings, index, clock());
        const kind = expired === position ? 'timeout' : causeOf(death);
        this.#guard(() => this.#fail({ index, kind, error: death.error }));
        continue;
      }
      this.course.losses.set(index, losses);
      this.#lost.push(index);
      // It will be counted again when it is run again.
      if (isCounted) this.#recount(index, -1);
    }
    return true;
  }

  #recount(index: number, sign: 1 | -1): void {
    this.#recounted.count += sign;
    this.#recounted.weight += sign * this.job.weights[index];
  }
}
