import { setTimeout as delay } from 'node:timers/promises';
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { reviveError } from '../values/index.js';
import type { LoopEnd } from './claim-loop.js';
import type { Failure } from './job.js';
import type { PoolLease } from './pool.js';
import type { StopMessage, TaskMessage, WorkerMessage } from './protocol.js';

/** How long after its port has closed a dead worker's own account of its end may take to arrive. */
const LAST_WORDS_MS = 500;

/** How a worker ended that did not come to its end. */
export interface WorkerDeath {
  readonly error: unknown;
  /** Whether the index the worker was at is to blame. */
  readonly isGuilty: boolean;
  /** The thread ended by itself, through something that was thrown. */
  readonly wasThrown: boolean;
}

/** What the index it was at has failed with, where that is to blame. */
export function causeOf({ error, wasThrown }: WorkerDeath): Failure['kind'] {
  const isOutOfMemory = (error as { code?: unknown } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isOutOfMemory ? 'out-of-memory' : wasThrown && error !== undefined ? 'error' : 'exited';
}

/** What a worker tells of its work. */
export type WorkMessage = Exclude<WorkerMessage, { type: 'dying' | 'end' }>;

/** One worker at one job: a task of the pool, and the port on which the worker tells of its work until it leaves or dies. */
export class WorkerTask {
  /** Resolves when the worker is gone. */
  readonly end: Promise<LoopEnd | WorkerDeath>;
  readonly #port: MessagePort;
  readonly #killer = new AbortController();
  #isStopped = false;
  #isOver = false;

  constructor(
    lease: PoolLease,
    task: Omit<TaskMessage, 'port' | 'queue'>,
    hear: (message: WorkMessage) => void,
  ) {
    const { port1: port, port2 } = new MessageChannel();
    this.#port = port;
    const settled = lease
      .run({ ...task, queue: lease.queue, port: port2 }, [port2], this.#killer.signal)
      .then(() => undefined)
      .catch((error: unknown) => {
        // A task that never reached a worker still has its port. (Closing one that has been transferred does nothing.)
        port2.close();
        // Where Node forgets to close a dead worker's port, it is closed here.
        setTimeout(() => closeDrained(port), LAST_WORDS_MS).unref();
        return { error };
      });
    this.end = this.#untilGone(hear, settled);
  }

  /** Tells the worker that the job is over: nothing is begun any more, and the functions' signal is aborted. */
  stop(): void {
    this.#isStopped = true;
    const message: StopMessage = { type: 'stop' };
    this.#port.postMessage(message);
  }

  /** Ends the worker's thread, which may have gone on to other work when the shift is over. */
  kill(): void {
    if (!this.#isOver) this.#killer.abort();
  }

  async #untilGone(
    hear: (message: WorkMessage) => void,
    settled: Promise<{ error: unknown } | undefined>,
  ): Promise<LoopEnd | WorkerDeath> {
    const end = await this.#listen(hear);
    if (typeof end === 'string' || end.wasThrown || this.#isStopped) return end;
    const account = await Promise.race([settled, delay(LAST_WORDS_MS, undefined, { ref: false })]);
    return { ...end, error: account?.error };
  }

  /** Resolves when the worker's port closes. */
  #listen(hear: (message: WorkMessage) => void): Promise<LoopEnd | WorkerDeath> {
    return new Promise((resolve) => {
      const port = this.#port;
      let end: LoopEnd | WorkerDeath = { error: undefined, isGuilty: true, wasThrown: false };
      port.on('message', (message: WorkerMessage) => {
        switch (message.type) {
          case 'dying':
            end = {
              error: message.error && reviveError(message.error),
              isGuilty: message.isGuilty,
              wasThrown: true,
            };
            break;
          case 'end':
            end = message.why;
            port.close();
            break;
          default:
            hear(message);
        }
      });
      port.on('close', () => {
        this.#isOver = true;
        resolve(end);
      });
    });
  }
}

/** How long functions may take to come to their end before their threads are ended. */
const GRACE_MS = 100;

export function endShifts(shifts: readonly WorkerTask[]): void {
  for (const shift of shifts) shift.stop();
  // Unreferenced: while a worker still runs, its open port keeps the process alive.
  setTimeout(() => {
    for (const shift of shifts) shift.kill();
  }, GRACE_MS).unref();
}

/** Closes a port to a worker that is gone, and first hears what lies there of it. */
function closeDrained(port: MessagePort): void {
  for (let entry = receiveMessageOnPort(port); entry; entry = receiveMessageOnPort(port)) {
    port.emit('message', entry.message);
  }
  port.close();
}
