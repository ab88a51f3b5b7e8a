import { setTimeout as delay } from 'node:timers/promises';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { createControl, lastSeen, progressOf, stop } from './control.js';
import { reviveError } from './error-envelope.js';
import type { Failure, Job, JobEvents, JobProgress } from './kernel.js';
import { workOrder } from './order.js';
import { withPool } from './pool.js';
import type { StopMessage, WorkerMessage, WorkTask } from './protocol.js';

const PROGRESS_MS = 100;
/** How long a stopped job waits for functions to come to their end before it ends their threads. */
const GRACE_MS = 100;
/** How long after its port has closed a dead worker's own account of its end may take to arrive. */
const LAST_WORDS_MS = 500;

/**
 * Runs a job on `workers` threads: one task each, which claims batches until none is left. Resolves when all have ended. A worker
 * that dies takes the index it worked on with it; what else it had claimed is run again.
 */
export function runThreads(job: Job, workers: number, events: JobEvents, signal: AbortSignal): Promise<void> {
  return withPool(workers, (piscina) => runRounds(piscina, job, workers, events, signal));
}

async function runRounds(
  piscina: Piscina,
  job: Job,
  workers: number,
  events: JobEvents,
  signal: AbortSignal,
): Promise<void> {
  let order = workOrder(job.weights, workers);
  let count = job.count;
  const done = { count: 0, weight: 0 };
  for (;;) {
    const round = new Round(
      piscina,
      { ...job, count },
      Math.min(workers, count),
      order,
      done,
      events,
      signal,
    );
    const lost = await round.run();
    if (lost.length === 0) return;
    order = new Int32Array(new SharedArrayBuffer(lost.length * 4));
    order.set(lost);
    count = lost.length;
  }
}

/** One pass over positions 0 … count-1 with as many workers as it takes. */
class Round {
  readonly #control;
  readonly #killer = new AbortController();
  readonly #ports: MessagePort[] = [];
  readonly #lost: number[] = [];
  readonly #failed = new Set<number>();
  #stopped = false;
  #over = false;
  #broken: { error: unknown } | undefined;

  constructor(
    readonly piscina: Piscina,
    readonly job: Job,
    readonly workers: number,
    readonly order: Int32Array | undefined,
    /** What rounds before this one have done; kept up to date. */
    readonly before: { count: number; weight: number },
    readonly events: JobEvents,
    readonly signal: AbortSignal,
  ) {
    this.#control = createControl(workers);
  }

  /** Gives the indices that were lost with dead workers and are to be run again. */
  async run(): Promise<readonly number[]> {
    const onAbort = () => this.#stop();
    this.signal.addEventListener('abort', onAbort, { once: true });
    const timer = this.events.onProgress && setInterval(() => this.#report(), PROGRESS_MS);
    try {
      if (this.signal.aborted) return [];
      await Promise.all(Array.from({ length: this.workers }, (_, worker) => this.#runWorker(worker)));
    } finally {
      this.#over = true;
      clearInterval(timer);
      this.signal.removeEventListener('abort', onAbort);
      this.#report();
      Object.assign(this.before, this.#progress());
    }
    if (this.#broken) throw this.#broken.error;
    return this.#stopped ? [] : this.#lost;
  }

  #progress(): JobProgress {
    const { count, weight } = progressOf(this.#control);
    return { count: this.before.count + count, weight: this.before.weight + weight };
  }

  #report(): void {
    this.events.onProgress?.(this.#progress());
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

  async #runWorker(worker: number): Promise<void> {
    const { port1: port, port2 } = new MessageChannel();
    this.#ports.push(port);
    const { kernel, count, weights, batchSize } = this.job;
    const task: WorkTask = {
      kernel,
      control: this.#control,
      worker,
      workers: this.workers,
      count,
      weights,
      order: this.order,
      batchSize,
      port: port2,
    };
    const settled = this.piscina.run(task, { transferList: [port2], signal: this.#killer.signal }).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    const ended = await this.#listen(port);
    if (!ended && !this.#stopped) this.#onDeath(worker, await lastWords(settled));
  }

  /** Resolves when the worker's port closes: true after a proper end, false when the worker died. */
  #listen(port: MessagePort): Promise<boolean> {
    return new Promise((resolve) => {
      let ended = false;
      port.on('message', (message: WorkerMessage) => {
        switch (message.type) {
          case 'results':
            this.events.onResults(message.results);
            break;
          case 'failure':
            this.#fail({ index: message.index, kind: 'error', error: reviveError(message.error) });
            break;
          case 'broken':
            this.#broken = { error: reviveError(message.error) };
            this.#stop();
            break;
          case 'end':
            ended = true;
            port.close();
        }
      });
      port.on('close', () => resolve(ended));
    });
  }

  #fail(failure: Failure): void {
    this.#failed.add(failure.index);
    if (!this.#stopped && !this.events.onFailure(failure)) this.#stop();
  }

  #onDeath(worker: number, error: unknown): void {
    const { position, from, to } = lastSeen(this.#control, worker);
    const indexAt = (at: number) => (this.order ? this.order[at] : at);
    const outOfMemory = (error as { code?: unknown } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
    if (position < 0) {
      this.#broken ??= { error: error ?? new Error('a worker ended before it had any work') };
      this.#stop();
      return;
    }
    for (let at = from; at < to; at++) {
      const index = indexAt(at);
      if (at === position || this.#failed.has(index)) continue;
      this.#lost.push(index);
      // It will be counted again when it is run again.
      if (at < position) this.#recount(index, -1);
    }
    this.#recount(indexAt(position), 1);
    this.#fail({ index: indexAt(position), kind: outOfMemory ? 'out-of-memory' : 'exited', error });
  }

  #recount(index: number, sign: 1 | -1): void {
    this.before.count += sign;
    this.before.weight += sign * this.job.weights[index];
  }
}

/** What the pool knows of a worker's end; process.exit() leaves its task unsettled, so there may be nothing. */
async function lastWords(settled: Promise<{ error: unknown } | undefined>): Promise<unknown> {
  const account = await Promise.race([settled, delay(LAST_WORDS_MS)]);
  return account?.error;
}
