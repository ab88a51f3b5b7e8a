import { setMaxListeners } from 'node:events';
import { mapTraces, runInitializer } from '../failures/index.js';
import { danfoPatchModule } from '../frame/index.js';
import { warmChildren, warmPool } from '../run/index.js';
import { isInsideWorker } from '../util/index.js';
import { requireSerializer } from '../values/index.js';
import { APART_CALL_KERNEL } from './apart-calls.js';
import type { CallReceiver } from './call.js';
import type { BatchHost, CallBatch, CallRunnerOptions } from './call-batch.js';
import { callKernel } from './call-kernel.js';
import { Limiter } from './limiter.js';
import { LocalBatch } from './local-batch.js';
import { Sender } from './sender.js';
import { ThreadBatch } from './thread-batch.js';

/** Runs calls, batch by batch, until it is ended. */
export class CallRunner implements BatchHost {
  readonly options: CallRunnerOptions;
  /** Missing where calls run in this thread. */
  readonly sender: Sender | undefined;
  readonly #over = new AbortController();
  readonly #limiter: Limiter;
  #last: Promise<unknown> = Promise.resolve();
  #initialized: Promise<void> | undefined;
  /** The runner of which this is a sibling; its initializer runs for both. */
  #original: CallRunner | undefined;

  constructor(given: CallRunnerOptions, limiter?: Limiter) {
    // Inside a worker calls run inline: threads that start threads would multiply.
    const isApart = given.backend === 'processes';
    const isThreaded = (given.backend === 'threads' || isApart) && !isInsideWorker();
    if (isThreaded) requireSerializer(', or pass nJobs: 1, which runs the calls in this thread');
    this.options =
      isThreaded || given.backend === 'async' ? given : { ...given, backend: 'inline', workers: 1 };
    this.sender = isThreaded ? new Sender(given.maxBytes, isApart, given.initializer) : undefined;
    this.#limiter = limiter ?? new Limiter(this.options.workers);
    // Every batch adds a listener to `over`; without this, Node would warn of a leak.
    setMaxListeners(0, this.over);
  }

  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** Does nothing where calls run in this thread. */
  warm(isAlone = true): void {
    if (!this.sender) return;
    const { backend, workers } = this.options;
    if (backend === 'processes') warmChildren(workers, APART_CALL_KERNEL);
    else warmPool(workers, callKernel(isAlone && this.mayBeAlone));
  }

  /** False with a timeout: the time that late loading takes in a worker would count as the function's. */
  get mayBeAlone(): boolean {
    return this.options.timeout === undefined && danfoPatchModule() === undefined;
  }

  /**
   * Returns an empty batch.
   *
   * @param canChange whether the program may change arguments between two calls that it adds
   */
  newBatch(receiver: CallReceiver, canChange = true): CallBatch {
    return this.sender
      ? new ThreadBatch(this, withTraces(receiver, this.sender), this.sender, canChange)
      : new LocalBatch(this, receiver);
  }

  initializeHere(): Promise<void> | undefined {
    if (this.#original) return this.#original.initializeHere();
    const { initializer } = this.options;
    if (initializer) this.#initialized ??= runInitializer(initializer);
    return this.#initialized;
  }

  runInTurn<T>(body: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(body);
    this.#last = turn.catch(() => {});
    return turn;
  }

  runWhenFree<T>(body: () => Promise<T>): Promise<T> {
    return this.#limiter.run(body);
  }

  /** Returns a runner that is ended separately, and shares this one's limit of calls under way. */
  sibling(): CallRunner {
    const sibling = new CallRunner(this.options, this.#limiter);
    sibling.#original = this;
    return sibling;
  }

  /** Ends all calls that still run. */
  end(): void {
    this.#over.abort();
    this.sender?.end();
  }
}

/** Returns a receiver whose failures have the user's own files in their stack traces. */
const withTraces = (receiver: CallReceiver, { traces }: Sender): CallReceiver => ({
  ...receiver,
  onFailure(failure) {
    mapTraces(failure.error, traces);
    return receiver.onFailure(failure);
  },
});
