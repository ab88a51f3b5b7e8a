import type { Failure } from '../run/index.js';
import type { Call, CallOwner } from './call.js';
import type { Crew } from './crew.js';
import { Source } from './source.js';
import type { Wave } from './wave.js';

export interface StreamOptions {
  readonly crew: Crew;
  /** Reads an item of the iterable. */
  readonly toCall: (item: unknown, index: number) => Call;
  /** How many batches may be taken from the iterable beyond those that are done with. */
  readonly preDispatch: number;
}

/** Where results go. */
export interface Sink {
  keep(index: number, value: unknown): void;
  /** What the call rejects with. */
  errorOf(failure: Failure, index: number): unknown;
}

/** About so much work is a batch: enough that sending it costs nothing. Within it, workers share out the calls as they go. */
const BATCH_MS = 50;
const MAX_GROWTH = 32;
const MAX_BATCH = 16_384;
/** What an array holds is there already, and fewer waves cost less. */
const ARRAY_BATCH = 4096;
/** Arguments written and not yet worked on. */
const MAX_BYTES = 32 * 2 ** 20;
/** Workers begin while this thread still asks the iterable for more. */
const PULL_MS = 10;

/**
 * Takes calls from an iterable, no more than there is room for, and has them run. There is room for `preDispatch` batches; a call
 * takes its room from when it is taken until it is let go.
 */
export class CallStream {
  readonly #options: StreamOptions;
  readonly #sink: Sink;
  readonly #source: Source;
  readonly #waves = new Set<Promise<void>>();
  #batch: number;
  #inFlight = 0;
  #bytes = 0;
  #count = 0;
  #error: { readonly error: unknown } | undefined;
  /** Set while nothing is done but wait for room. */
  #wake: (() => void) | undefined;

  constructor(calls: Iterable<unknown> | AsyncIterable<unknown>, options: StreamOptions, sink: Sink) {
    this.#options = options;
    this.#sink = sink;
    this.#source = new Source(calls);
    this.#batch = firstBatch(calls, options.crew);
  }

  /** How many calls have been taken from the iterable. */
  get count(): number {
    return this.#count;
  }

  /** Resolves when every call has come to its end; rejects with the first error. Call it on the user's stack: functions are shipped. */
  async run(): Promise<void> {
    const { over } = this.#options.crew;
    const onOver = () => this.#wake?.();
    over.addEventListener('abort', onOver);
    try {
      for (let isMore = true; isMore && !over.aborted; ) {
        if (this.#hasRoom()) {
          isMore = await this.#next();
          // Results come in between.
          if (isMore && this.#hasRoom()) await new Promise(setImmediate);
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          this.#wake = undefined;
        }
      }
      if (!over.aborted) await Promise.all(this.#waves);
    } catch (error) {
      this.#fail(error);
    } finally {
      over.removeEventListener('abort', onOver);
      this.#source.close();
      // Where they were ended, or one has failed, the others come to their end, too.
      await Promise.allSettled(this.#waves);
    }
    if (this.#error) throw this.#error.error;
  }

  /** Calls are done with: their room is free. */
  free(count = 1): void {
    this.#inFlight -= count;
    if (this.#wake && this.#hasRoom()) this.#wake();
  }

  #limit(): number {
    return Math.max(1, this.#options.preDispatch * this.#batch);
  }

  #hasRoom(): boolean {
    if (this.#inFlight === 0) return true;
    const { workers } = this.#options.crew.options;
    const isLight = this.#bytes < MAX_BYTES || this.#inFlight < workers;
    return isLight && this.#inFlight <= this.#limit() / 2;
  }

  /** Sends what there is room for. Returns whether there may be more. */
  #next(): boolean | Promise<boolean> {
    const wave = this.#options.crew.wave(this.#ownerFrom(this.#count));
    const room = this.#limit() - this.#inFlight;
    const started = performance.now();
    const add = (item: unknown) => {
      this.#add(wave, item);
      return wave.count < room && wave.byteLength < MAX_BYTES && performance.now() - started < PULL_MS;
    };
    const launch = (isMore: boolean) => {
      if (wave.count > 0) this.#launch(wave);
      return isMore;
    };
    const pulled = this.#source.pull(add, this.#options.crew.over);
    return typeof pulled === 'boolean' ? launch(pulled) : pulled.then(launch);
  }

  #add(wave: Wave, item: unknown): void {
    wave.add(this.#options.toCall(item, this.#count));
    this.#count++;
    this.#inFlight++;
  }

  /** Of the calls from `first` on. */
  #ownerFrom(first: number): CallOwner {
    return {
      nameOf: (position) => `call ${first + position}`,
      keep: (position, value) => this.#sink.keep(first + position, value),
      fail: (failure) => {
        this.#fail(this.#sink.errorOf(failure, first + failure.index));
        // The others are ended with it.
        return false;
      },
    };
  }

  #launch(wave: Wave): void {
    const { byteLength } = wave;
    const started = performance.now();
    this.#bytes += byteLength;
    const running = wave.run().then(
      () => this.#adapt(wave.count, performance.now() - started),
      (error: unknown) => this.#fail(error),
    );
    const settled = running.finally(() => {
      this.#waves.delete(settled);
      this.#bytes -= byteLength;
      this.#wake?.();
    });
    this.#waves.add(settled);
  }

  #adapt(count: number, ms: number): void {
    const { workers, batchSize, backend } = this.#options.crew.options;
    if (batchSize !== undefined || backend === 'async') return;
    const perCall = (Math.max(ms, 1e-3) * Math.min(workers, count)) / count;
    const wanted = Math.min(BATCH_MS / perCall, this.#batch * MAX_GROWTH, MAX_BATCH);
    this.#batch = Math.max(1, Math.round(wanted));
  }

  #fail(error: unknown): void {
    this.#error ??= { error };
    this.#options.crew.end();
  }
}

function firstBatch(calls: unknown, { options: { batchSize, backend } }: Crew): number {
  return batchSize ?? (Array.isArray(calls) && backend === 'threads' ? ARRAY_BATCH : 1);
}
