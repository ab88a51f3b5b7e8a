import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { reviveError } from '../values/index.js';
import type { LoopEnd } from './claim-loop.js';
import type { WorkerDeath } from './death-kinds.js';
import type { PoolLease } from './pool.js';
import type { StopMessage, WorkerMessage } from './protocol.js';
import { noteLogs } from './received-logs.js';
import type { ProgressMessage, Task, TaskParams } from './task.js';

/**
 * How long a killed thread may take to end. One that is in native code ends only when it returns from there.
 */
const KILL_MS = 500;

/** One worker's task in a pass: a task of the pool and the port on which the worker reports. */
export class WorkerTask implements Task {
  /** Resolves when the worker has left the task or its thread has ended. */
  readonly end: Promise<LoopEnd | WorkerDeath>;
  readonly #port: MessagePort;
  readonly #killer = new AbortController();
  #onStop: (() => void) | undefined;
  #isStopped = false;
  #isOver = false;

  constructor(lease: PoolLease, task: TaskParams, onMessage: (message: ProgressMessage) => void) {
    const { port1: port, port2 } = new MessageChannel();
    this.#port = port;
    const settled = lease
      .run({ ...task, queueSize: lease.queueSize, port: port2 }, [port2], this.#killer.signal)
      .then(() => undefined)
      .catch((error: unknown) => {
        // A task that never reached a worker still owns its port. Closing a transferred port does nothing.
        port2.close();
        // Node does not always close the port of a dead worker; then this does. The pool rejects when the
        // thread has ended, so all its messages are here; only a kill rejects before.
        if (this.#killer.signal.aborted) setTimeout(() => closeDrained(port), KILL_MS).unref();
        else closeDrained(port);
        return { error };
      });
    this.end = this.#untilOver(onMessage, settled);
  }

  /** True once the worker has left the task, or its thread is ending; a kill does nothing then. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Tells the worker that the job is over: it starts no further index, and the functions' signal aborts. */
  stop(): void {
    this.#isStopped = true;
    this.#onStop?.();
    const message: StopMessage = { type: 'stop' };
    this.#port.postMessage(message);
  }

  /**
   * Ends the worker's thread. Does nothing once the task is over: the thread may run another task by then.
   */
  kill(): void {
    if (!this.#isOver) this.#killer.abort();
  }

  async #untilOver(
    onMessage: (message: ProgressMessage) => void,
    settled: Promise<{ error: unknown } | undefined>,
  ): Promise<LoopEnd | WorkerDeath> {
    const end = await this.#untilClosed(onMessage);
    if (typeof end === 'string' || end.wasAnnounced) return end;
    // A full heap closes the port at once, but Node says so only when it has freed the heap, seconds later.
    const reason = await Promise.race([settled, this.#untilStopped()]);
    return { ...end, error: reason?.error };
  }

  #untilStopped(): Promise<undefined> {
    return new Promise((resolve) => {
      if (this.#isStopped) resolve(undefined);
      else this.#onStop = () => resolve(undefined);
    });
  }

  /** Passes messages on until the worker's port closes. */
  #untilClosed(onMessage: (message: ProgressMessage) => void): Promise<LoopEnd | WorkerDeath> {
    return new Promise((resolve) => {
      const port = this.#port;
      let end: LoopEnd | WorkerDeath = { error: undefined, isIndexToBlame: true, wasAnnounced: false };
      port.on('message', (message: WorkerMessage) => {
        switch (message.type) {
          case 'dying':
            end = {
              error: message.error && reviveError(message.error),
              isIndexToBlame: message.isIndexToBlame,
              wasAnnounced: true,
            };
            break;
          case 'end':
            end = message.why;
            if (message.logs) noteLogs(message.logs);
            port.close();
            break;
          default:
            onMessage(message);
        }
      });
      port.on('close', () => {
        this.#isOver = true;
        resolve(end);
      });
    });
  }
}

/** Closes the port of a dead worker after delivering the messages that still lie in it. */
function closeDrained(port: MessagePort): void {
  for (let entry = receiveMessageOnPort(port); entry; entry = receiveMessageOnPort(port)) {
    port.emit('message', entry.message);
  }
  port.close();
}
