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
  /**
   * Where results are taken in order: nothing after those before `index` will come, for the sake of an error, the first one so far. Without it
   * an error ends all calls at once.
   */
  endAt?(index: number): void;
}

/** A wave on its way, of the calls from `first` on. */
interface Launched {
  readonly wave: Wave;
  readonly first: number;
  readonly ended: Promise<void>;
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
  readonly #launched = new Set<Launched>();
  #batch: number;
  #inFlight = 0;
  #bytes = 0;
  #count = 0;
  /** What has ended all calls. */
  #error: { readonly error: unknown } | undefined;
  /** What ends them once the calls before `index` have come to their end. */
  #failure: { readonly error: unknown; readonly index: number } | undefined;
  /** Aborted when no more calls are to be taken. */
  readonly #enough = new AbortController();
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

  /** Whether there is an error that waits for calls before it. */
  get isFailing(): boolean {
    return this.#failure !== undefined && this.#error === undefined;
  }

  /** Resolves when every call has come to its end; rejects with the first error. Call it on the user's stack: functions are shipped. */
  async run(): Promise<void> {
    const { over } = this.#options.crew;
    const enough = this.#enough.signal;
    const onOver = () => this.#enough.abort();
    over.addEventListener('abort', onOver);
    enough.addEventListener('abort', () => this.#wake?.());
    if (over.aborted) onOver();
    try {
      for (let isMore = true; isMore && !enough.aborted; ) {
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
    } catch (error) {
      this.#failAt(this.#count, error);
    } finally {
      over.removeEventListener('abort', onOver);
      this.#source.close();
      await Promise.all(Array.from(this.#launched, ({ ended }) => ended));
    }
    const failed = this.#error ?? this.#failure;
    if (failed) throw failed.error;
  }

  /** A call is done with: its room is free. */
  free(): void {
    this.#inFlight--;
    if (this.#wake && this.#hasRoom()) this.#wake();
  }

  #limit(): number {
    return Math.max(1, this.#options.preDispatch * this.#batch);
  }

  #hasRoom(): boolean {
    if (this.#inFlight === 0) return true;
    const { workers } = this.#options.crew.options;
    const isLight = this.#bytes < MAX_BYTES || this.#inFlight < workers;
    const limit = this.#limit();
    // Many at a time, except where workers would wait for that.
    return isLight && this.#inFlight <= (limit > 2 * workers ? limit / 2 : limit - 1);
  }

  /** Sends what there is room for. Returns whether there may be more. */
  async #next(): Promise<boolean> {
    const first = this.#count;
    const wave = this.#options.crew.wave(this.#ownerFrom(first));
    const room = this.#limit() - this.#inFlight;
    const started = performance.now();
    const add = (item: unknown) => {
      this.#add(wave, item);
      return wave.count < room && wave.byteLength < MAX_BYTES && performance.now() - started < PULL_MS;
    };
    try {
      const isMore = await this.#source.pull(add, this.#enough.signal);
      this.#launch(wave, first);
      return isMore;
    } catch (error) {
      // In order, their results come before it.
      if (this.#sink.endAt) this.#launch(wave, first);
      throw error;
    }
  }

  #add(wave: Wave, item: unknown): void {
    wave.add(this.#options.toCall(item, this.#count));
    this.#count++;
    this.#inFlight++;
  }

  /** Of the calls from `first` on. */
  #ownerFrom(first: number): CallOwner {
    return {
      untilFailure: this.#sink.endAt !== undefined,
      nameOf: (position) => `call ${first + position}`,
      keep: (position, value) => this.#sink.keep(first + position, value),
      fail: (failure) => {
        const index = first + failure.index;
        // What it has left behind; its result is there.
        if (failure.kind === 'late') this.#fail(this.#sink.errorOf(failure, index));
        else if (this.#isFirst(index)) this.#failAt(index, this.#sink.errorOf(failure, index));
        return this.#error === undefined;
      },
    };
  }

  #launch(wave: Wave, first: number): void {
    // After a failure, which cannot be of a later call.
    if (wave.count === 0 || this.#error || this.#failure) return;
    const { byteLength } = wave;
    const started = performance.now();
    this.#bytes += byteLength;
    const running = wave.run().then(
      () => this.#adapt(wave.count, performance.now() - started),
      (error: unknown) => this.#fail(error),
    );
    const launched: Launched = {
      wave,
      first,
      ended: running.finally(() => {
        this.#launched.delete(launched);
        this.#bytes -= byteLength;
        this.#wake?.();
      }),
    };
    this.#launched.add(launched);
  }

  #adapt(count: number, ms: number): void {
    const { workers, batchSize, backend } = this.#options.crew.options;
    if (batchSize !== undefined || backend === 'async') return;
    const perCall = (Math.max(ms, 1e-3) * Math.min(workers, count)) / count;
    const wanted = Math.min(BATCH_MS / perCall, this.#batch * MAX_GROWTH, MAX_BATCH);
    this.#batch = Math.max(1, Math.round(wanted));
  }

  /** Ends all calls. */
  #fail(error: unknown): void {
    this.#error ??= { error };
    this.#options.crew.end();
  }

  #isFirst(index: number): boolean {
    return this.#failure === undefined || index < this.#failure.index;
  }

  /** Ends the calls after `index`; all of them where results are not taken in order. */
  #failAt(index: number, error: unknown): void {
    if (!this.#sink.endAt) this.#fail(error);
    else if (this.#isFirst(index)) {
      this.#failure = { error, index };
      for (const { wave, first } of this.#launched) {
        if (first > index) wave.end();
        else wave.cancelFrom(index + 1 - first);
      }
      this.#enough.abort();
      this.#sink.endAt(index);
    }
  }
}

function firstBatch(calls: unknown, { options: { batchSize, backend } }: Crew): number {
  return batchSize ?? (Array.isArray(calls) && backend === 'threads' ? ARRAY_BATCH : 1);
}
