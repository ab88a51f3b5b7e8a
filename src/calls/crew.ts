import { setMaxListeners } from 'node:events';
import { mapTraces } from '../failures/index.js';
import { warmPool } from '../run/index.js';
import { isInsideWorker } from '../util/index.js';
import type { CallOwner } from './call.js';
import { callKernelUrl } from './call-kernel.js';
import { Limiter } from './limiter.js';
import { Sender } from './sender.js';
import { InlineWave, ThreadWave, type Wave } from './wave.js';

export interface CrewOptions {
  readonly backend: 'threads' | 'async' | 'inline';
  /** Threads, or calls under way at once. */
  readonly workers: number;
  readonly batchSize: number | undefined;
  readonly timeout: number | undefined;
  /** Arrays of so many bytes go through shared memory. */
  readonly maxBytes: number;
}

/** Runs calls, wave by wave, for as long as it is needed. */
export class Crew {
  readonly options: CrewOptions;
  readonly sender: Sender | undefined;
  readonly #over = new AbortController();
  #last: Promise<unknown> = Promise.resolve();
  readonly #limiter: Limiter;

  constructor(given: CrewOptions, limiter?: Limiter) {
    // Inside a worker calls run inline: threads that start threads would multiply.
    const isThreaded = given.backend === 'threads' && !isInsideWorker();
    this.options =
      isThreaded || given.backend === 'async' ? given : { ...given, backend: 'inline', workers: 1 };
    this.sender = isThreaded ? new Sender(given.maxBytes) : undefined;
    this.#limiter = limiter ?? new Limiter(this.options.workers);
    // Every wave listens.
    setMaxListeners(0, this.#over.signal);
    if (isThreaded) this.warm();
  }

  /** Aborted when nothing is to be run any more. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** Starts the workers where there are none (any more). */
  warm(): void {
    warmPool(this.options.workers, callKernelUrl);
  }

  wave(owner: CallOwner): Wave {
    return this.sender
      ? new ThreadWave(this, traced(owner, this.sender), this.sender)
      : new InlineWave(this, owner);
  }

  /** Runs `body` when what was begun before it is over: this thread does one thing at a time. */
  inTurn<T>(body: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(body);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Runs `body` as soon as fewer than `workers` others are under way. */
  inPlace<T>(body: () => Promise<T>): Promise<T> {
    return this.#limiter.run(body);
  }

  /** Another one that ends by itself, and counts with this one to `workers`. */
  sibling(): Crew {
    return new Crew(this.options, this.#limiter);
  }

  /** Ends whatever still runs. */
  end(): void {
    this.#over.abort();
    this.sender?.end();
  }
}

/** The same, who gets to know of errors with the user's own places in their traces. */
const traced = (owner: CallOwner, { traces }: Sender): CallOwner => ({
  ...owner,
  fail(failure) {
    mapTraces(failure.error, traces);
    return owner.fail(failure);
  },
});
