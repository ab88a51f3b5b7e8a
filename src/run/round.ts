import { setTimeout as delay } from 'node:timers/promises';
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { ApplyError } from '../errors.js';
import { createControl, lastSeen, progressOf, release, stop } from './control.js';
import { reviveError } from './error-envelope.js';
import type { Failure, Job, JobEvents, JobProgress } from './kernel.js';
import { type Loan, SHUT_DOWN } from './pool.js';
import type { StopMessage, WorkerMessage, WorkTask } from './protocol.js';

const PROGRESS_MS = 100;
/** How long a stopped job waits for functions to come to their end before it ends their threads. */
const GRACE_MS = 100;
/** How long after its port has closed a dead worker's own account of its end may take to arrive. */
const LAST_WORDS_MS = 500;
/** Workers that may end in one place without anything done, before the job gives up. */
const MAX_VAIN = 3;
/** How often an index may be lost through no fault of its own. After that it takes the blame. */
const MAX_LOSSES = 3;

/** What rounds hand on to each other. */
export interface Course {
  /** position -> index; positions are indices where it is missing. */
  readonly order: Int32Array | undefined;
  /** What is done already. */
  readonly before: JobProgress;
  /** How often an index was lost with a worker. */
  readonly losses: Map<number, number>;
}

/** How a worker's task ended, when it did not come to its end. */
interface Death {
  readonly error: unknown;
  /** Whether the index the worker was at is to blame. */
  readonly isGuilty: boolean;
  /** The thread ended by itself, through something that was thrown. */
  readonly wasThrown: boolean;
}

/** One pass over positions 0 … count-1 with as many workers as it takes. A worker that dies is replaced at once. */
export class Round {
  readonly #control;
  readonly #killer = new AbortController();
  readonly #ports = new Set<MessagePort>();
  readonly #lost: number[] = [];
  readonly #failed = new Set<number>();
  /** The first position of the last claim each worker delivered. */
  readonly #delivered: Int32Array;
  readonly #recounted = { count: 0, weight: 0 };
  #stopped = false;
  #over = false;
  #broken: { readonly error: unknown } | undefined;

  constructor(
    readonly job: Job,
    readonly workers: number,
    readonly course: Course,
    readonly loan: Loan,
    readonly events: JobEvents,
    readonly signal: AbortSignal,
  ) {
    this.#control = createControl(workers);
    this.#delivered = new Int32Array(workers).fill(-1);
  }

  /** Gives the indices that were lost and are to be run again. */
  async run(): Promise<readonly number[]> {
    const onAbort = () => this.#stop();
    const { ended } = this.loan;
    this.signal.addEventListener('abort', onAbort, { once: true });
    const onEnded = () => this.#giveUp(endOfPool(ended.reason));
    ended.addEventListener('abort', onEnded, { once: true });
    const timer = this.events.onProgress && setInterval(() => this.#report(), PROGRESS_MS);
    try {
      if (ended.aborted) onEnded();
      else if (!this.signal.aborted) {
        await Promise.all(Array.from({ length: this.workers }, (_, worker) => this.#staff(worker)));
      }
    } finally {
      this.#over = true;
      clearInterval(timer);
      this.signal.removeEventListener('abort', onAbort);
      ended.removeEventListener('abort', onEnded);
    }
    this.#report();
    if (this.#broken) throw this.#broken.error;
    return this.#stopped || this.signal.aborted ? [] : this.#lost;
  }

  progress(): JobProgress {
    const { count, weight } = progressOf(this.#control);
    const { before } = this.course;
    return {
      count: before.count + this.#recounted.count + count,
      weight: before.weight + this.#recounted.weight + weight,
    };
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
    const message: StopMessage = { type: 'stop' };
    for (const port of this.#ports) port.postMessage(message);
    // Unreferenced: while a worker still runs, its open port keeps the process alive.
    setTimeout(() => {
      if (!this.#over) this.#killer.abort();
    }, GRACE_MS).unref();
  }

  /** Keeps one place in the crew manned until the work is done. */
  async #staff(worker: number): Promise<void> {
    let vain = 0;
    for (;;) {
      const death = await this.#employ(worker);
      if (death === undefined || this.#stopped) return;
      vain = this.#onDeath(worker, death) ? 0 : vain + 1;
      if (this.#stopped) return;
      if (vain === MAX_VAIN) {
        const reason = death.error ?? new Error('they end before they have done any work');
        this.#giveUp(endOfPool(reason));
        await this.loan.end(reason);
        return;
      }
      release(this.#control, worker);
    }
  }

  /** Resolves when the worker has ended: undefined after a proper end. */
  async #employ(worker: number): Promise<Death | undefined> {
    const { port1: port, port2 } = new MessageChannel();
    const { kernel, count, weights, batchSize } = this.job;
    const task: WorkTask = {
      kernel,
      control: this.#control,
      worker,
      workers: this.workers,
      count,
      weights,
      order: this.course.order,
      batchSize,
      port: port2,
    };
    this.#ports.add(port);
    const settled = this.loan.piscina
      .run(task, { transferList: [port2], signal: this.#killer.signal })
      .then(() => undefined)
      .catch((error: unknown) => {
        // A task that never reached a worker still has its port. (Closing one that has been transferred does nothing.)
        port2.close();
        // Where Node forgets to close a dead worker's port, it is closed here.
        setTimeout(() => closeDrained(port), LAST_WORDS_MS).unref();
        return { error };
      });
    const death = await this.#listen(port, worker);
    this.#ports.delete(port);
    if (death === undefined || death.wasThrown || this.#stopped) return death;
    const account = await Promise.race([settled, delay(LAST_WORDS_MS, undefined, { ref: false })]);
    return { ...death, error: account?.error };
  }

  /** Resolves when the worker's port closes. */
  #listen(port: MessagePort, worker: number): Promise<Death | undefined> {
    return new Promise((resolve) => {
      let death: Death | undefined = { error: undefined, isGuilty: true, wasThrown: false };
      port.on('message', (message: WorkerMessage) => {
        switch (message.type) {
          case 'dying':
            death = {
              error: message.error && reviveError(message.error),
              isGuilty: message.isGuilty,
              wasThrown: true,
            };
            break;
          case 'end':
            death = undefined;
            port.close();
            break;
          default:
            this.#guard(() => this.#hear(message, worker));
        }
      });
      port.on('close', () => resolve(death));
    });
  }

  #hear(message: Exclude<WorkerMessage, { type: 'dying' | 'end' }>, worker: number): void {
    switch (message.type) {
      case 'results':
        this.#delivered[worker] = message.from;
        if (!this.#stopped) this.events.onResults(message.results);
        break;
      case 'undone':
        this.#delivered[worker] = message.from;
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

  #fail(failure: Failure): void {
    if (!this.#stopped && !this.events.onFailure(failure)) this.#stop();
  }

  /** Blames an index, and marks the rest of the claim as lost. Returns whether the worker had come to work at all. */
  #onDeath(worker: number, { error, isGuilty, wasThrown }: Death): boolean {
    const { position, isFinished, from, to } = lastSeen(this.#control, worker);
    if (from === to || this.#delivered[worker] === from) return false;
    const isOutOfMemory = (error as { code?: unknown } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
    for (let at = from; at < to; at++) {
      const index = this.course.order ? this.course.order[at] : at;
      const isCounted = at < position || (at === position && isFinished);
      if (this.#failed.has(index)) continue;
      const losses = (this.course.losses.get(index) ?? 0) + 1;
      if (at === position && (isGuilty || losses >= MAX_LOSSES)) {
        if (!isCounted) this.#recount(index, 1);
        this.#failed.add(index);
        const kind = isOutOfMemory ? 'out-of-memory' : wasThrown && error !== undefined ? 'error' : 'exited';
        this.#guard(() => this.#fail({ index, kind, error }));
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

/** Closes a port to a worker that is gone, and first hears what lies there of it. */
function closeDrained(port: MessagePort): void {
  for (let entry = receiveMessageOnPort(port); entry; entry = receiveMessageOnPort(port)) {
    port.emit('message', entry.message);
  }
  port.close();
}

function endOfPool(reason: unknown): unknown {
  return reason === SHUT_DOWN
    ? new ApplyError('ERR_ABORTED', 'the call was ended by shutdown()')
    : new ApplyError('ERR_WORKER_EXITED', `the workers cannot start: ${String(reason)}`, { cause: reason });
}
