import type { Failure } from '../run/index.js';
import { ItemSource } from '../util/index.js';
import type { CallReceiver, FunctionCall } from './call.js';
import type { CallBatch } from './call-batch.js';
import type { CallRunner } from './call-runner.js';

export interface StreamOptions {
  readonly runner: CallRunner;
  /** Reads an item of the iterable. */
  readonly toCall: (item: unknown, index: number) => FunctionCall;
  /** How many times the batch size may be taken from the iterable beyond the calls that are done with. */
  readonly preDispatch: number;
}

/** Receives what becomes of the calls, which it knows by their positions in the iterable. */
export interface CallSink {
  onResult(index: number, value: unknown): void;
  onWait?: CallReceiver['onWait'];
  /** Returns the error that the user gets. */
  errorOf(failure: Failure, index: number): unknown;
  /**
   * Says that nothing from `index` on will come, because of an error; the least index so far. Only where
   * results are taken in order: without it, an error ends all calls at once.
   */
  endAt?(index: number): void;
}

/** A batch that runs. */
interface RunningBatch {
  readonly batch: CallBatch;
  /** The position of its first call in the iterable. */
  readonly first: number;
  readonly ended: Promise<void>;
}

/** The work of one batch: enough to make sending cheap. Workers share out its calls as they go. */
const BATCH_MS = 50;
const MAX_GROWTH = 32;
const MAX_BATCH = 16_384;
/** The first batch size of an array, whose calls are there already: fewer batches cost less. */
const ARRAY_BATCH = 4096;
/** Arguments that are written and not yet worked on. */
const MAX_BYTES = 32 * 2 ** 20;
/**
 * Longest time to collect calls for one batch: workers begin while this thread asks the iterable for more.
 */
const PULL_MS = 10;

/**
 * Takes calls from an iterable, no more than there is room for, and runs them in batches. There is room for
 * `preDispatch` times the batch size; a call takes room from when it is taken until it is released.
 */
export class CallStream {
  readonly #options: StreamOptions;
  readonly #sink: CallSink;
  readonly #source: ItemSource;
  /** False for an array, whose calls are all there: a generator may change their arguments between two. */
  readonly #canChange: boolean;
  readonly #batches = new Set<RunningBatch>();
  #batchSize: number;
  #inFlight = 0;
  #bytes = 0;
  #count = 0;
  /** Ended all calls. */
  #error: { readonly error: unknown } | undefined;
  /** Ends all calls once those before `index` have ended. */
  #failure: { readonly error: unknown; readonly index: number } | undefined;
  /** Aborted when no more calls are to be taken. */
  readonly #closing = new AbortController();
  /** Set only while the stream waits for room. */
  #wake: (() => void) | undefined;

  constructor(calls: Iterable<unknown> | AsyncIterable<unknown>, options: StreamOptions, sink: CallSink) {
    this.#options = options;
    this.#sink = sink;
    this.#source = new ItemSource(calls);
    this.#canChange = !Array.isArray(calls) || calls[Symbol.iterator] !== Array.prototype[Symbol.iterator];
    this.#batchSize = firstBatchSize(calls, options.runner);
  }

  /** How many calls have been taken from the iterable. */
  get count(): number {
    return this.#count;
  }

  /** True while an error waits for the calls before it. */
  get isFailing(): boolean {
    return this.#failure !== undefined && this.#error === undefined;
  }

  /**
   * Resolves when every call has ended; rejects with the first error. Ships functions: call it on the user's
   * stack.
   */
  async run(): Promise<void> {
    const { over } = this.#options.runner;
    const closing = this.#closing.signal;
    const onOver = () => this.#closing.abort();
    over.addEventListener('abort', onOver);
    closing.addEventListener('abort', () => this.#wake?.());
    if (over.aborted) onOver();
    try {
      for (let isMore = true; isMore && !closing.aborted; ) {
        if (this.#hasRoom()) {
          isMore = await this.#runNext();
          // Lets results in before the next batch.
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
      await Promise.all(Array.from(this.#batches, ({ ended }) => ended));
    }
    const failed = this.#error ?? this.#failure;
    if (failed) throw failed.error;
  }

  /** Gives back the room of one call. */
  release(): void {
    this.#inFlight--;
    if (this.#wake && this.#hasRoom()) this.#wake();
  }

  #maxInFlight(): number {
    return Math.max(1, this.#options.preDispatch * this.#batchSize);
  }

  #hasRoom(): boolean {
    if (this.#inFlight === 0) return true;
    const { workers } = this.#options.runner.options;
    const isLight = this.#bytes < MAX_BYTES || this.#inFlight < workers;
    const most = this.#maxInFlight();
    // Waits until half of the room is free, unless workers would starve meanwhile.
    return isLight && this.#inFlight <= (most > 2 * workers ? most / 2 : most - 1);
  }

  /** Fills a batch with as many calls as there is room for and runs it. Returns whether there may be more. */
  async #runNext(): Promise<boolean> {
    const first = this.#count;
    const batch = this.#options.runner.newBatch(this.#receiverFrom(first), this.#canChange);
    const room = this.#maxInFlight() - this.#inFlight;
    const started = performance.now();
    const add = (item: unknown) => {
      this.#add(batch, item);
      return batch.count < room && batch.byteLength < MAX_BYTES && performance.now() - started < PULL_MS;
    };
    try {
      const isMore = await this.#source.pull(add, this.#closing.signal);
      this.#run(batch, first);
      return isMore;
    } catch (error) {
      // In order, the results of these calls come before the error.
      if (this.#sink.endAt) this.#run(batch, first);
      throw error;
    }
  }

  #add(batch: CallBatch, item: unknown): void {
    batch.add(this.#options.toCall(item, this.#count));
    this.#count++;
    this.#inFlight++;
  }

  /** Returns the receiver of a batch of the calls from `first` on. */
  #receiverFrom(first: number): CallReceiver {
    return {
      untilFailure: this.#sink.endAt !== undefined,
      nameOf: (position) => `call ${first + position}`,
      onResult: (position, value) => this.#sink.onResult(first + position, value),
      onWait: this.#sink.onWait,
      onFailure: (failure) => {
        const index = first + failure.index;
        // A late failure has no place in the order: its call has a result.
        if (failure.kind === 'late') this.#fail(this.#sink.errorOf(failure, index));
        else if (this.#isFirst(index)) this.#failAt(index, this.#sink.errorOf(failure, index));
        return this.#error === undefined;
      },
    };
  }

  #run(batch: CallBatch, first: number): void {
    // A failure is always of a call before these.
    if (batch.count === 0 || this.#error || this.#failure) return;
    const { byteLength } = batch;
    const started = performance.now();
    this.#bytes += byteLength;
    const running = batch.run().then(
      () => this.#adaptBatchSize(batch.count, performance.now() - started),
      (error: unknown) => this.#fail(error),
    );
    const entry: RunningBatch = {
      batch,
      first,
      ended: running.finally(() => {
        this.#batches.delete(entry);
        this.#bytes -= byteLength;
        this.#wake?.();
      }),
    };
    this.#batches.add(entry);
  }

  #adaptBatchSize(count: number, ms: number): void {
    const { workers, batchSize, backend } = this.#options.runner.options;
    if (batchSize !== undefined || backend === 'async') return;
    const msPerCall = (Math.max(ms, 1e-3) * Math.min(workers, count)) / count;
    const wanted = Math.min(BATCH_MS / msPerCall, this.#batchSize * MAX_GROWTH, MAX_BATCH);
    this.#batchSize = Math.max(1, Math.round(wanted));
  }

  /** Ends all calls. */
  #fail(error: unknown): void {
    this.#error ??= { error };
    this.#options.runner.end();
  }

  #isFirst(index: number): boolean {
    return this.#failure === undefined || index < this.#failure.index;
  }

  /** Ends the calls after `index`; all of them where results are not taken in order. */
  #failAt(index: number, error: unknown): void {
    if (!this.#sink.endAt) this.#fail(error);
    else if (this.#isFirst(index)) {
      this.#failure = { error, index };
      for (const { batch, first } of this.#batches) {
        if (first > index) batch.end();
        else batch.cancelFrom(index + 1 - first);
      }
      this.#closing.abort();
      this.#sink.endAt(index);
    }
  }
}

function firstBatchSize(calls: unknown, { options: { batchSize, backend } }: CallRunner): number {
  return (
    batchSize ??
    (Array.isArray(calls) && (backend === 'threads' || backend === 'processes') ? ARRAY_BATCH : 1)
  );
}
