import { tellCaller } from '../failures/index.js';
import { describeWait, type ProgressReporter } from '../progress/index.js';
import { ResultQueue, type WaitsFor } from '../run/index.js';
import { type Caller, endingGenerator, endSignals, throwIfAborted } from '../util/index.js';
import type { FunctionCall } from './call.js';
import { callErrorOf } from './call-error.js';
import { CallRunner } from './call-runner.js';
import { type CallSink, CallStream } from './call-stream.js';
import type { ResolvedParallelOptions } from './options.js';
import { callReporterOf } from './progress.js';

/** A call of Parallel, parmap or an executor's map. */
export interface ParallelCall {
  readonly source: Iterable<unknown> | AsyncIterable<unknown>;
  readonly toCall: (item: unknown, index: number) => FunctionCall;
  readonly options: ResolvedParallelOptions;
  /** The user's place in the program. */
  readonly caller: Caller;
  /** Runs the calls; a new one does where it is missing. Ends with them. */
  readonly runner?: CallRunner;
}

/** Resolves to all results, in order. */
export async function listOf(call: ParallelCall): Promise<unknown[]> {
  const results: unknown[] = [];
  const running = new RunningCalls(call, {
    onResult(index, value) {
      results[index] = value;
      running.release();
    },
  });
  await running.end();
  return results;
}

/**
 * Returns the results one by one, in order or as they come. In order, the results of all calls before an
 * error come first, whether a call fails, its arguments or the iterable. The calls begin at once; leaving the
 * loop over them ends them.
 */
export const resultsOf = (call: ParallelCall): AsyncGenerator<unknown, void, undefined> =>
  endingGenerator((over) => begin(call, over.signal));

function begin(call: ParallelCall, over: AbortSignal): AsyncGenerator<unknown, void, undefined> {
  const isOrdered = call.options.returnAs === 'generator';
  const queue = new ResultQueue<unknown>(isOrdered);
  let running: RunningCalls | undefined;
  const run = async () => {
    running = new RunningCalls(call, {
      onResult: (index, value) => queue.add(index, value),
      endAt: isOrdered ? (index) => queue.endAt(index) : undefined,
    });
    await running.end();
  };
  const ended = run().finally(() => queue.close());
  // Prevents an unhandled rejection; awaited below.
  ended.catch(() => {});
  over.addEventListener('abort', () => running?.stop(), { once: true });

  async function* each() {
    try {
      for (;;) {
        const next = queue.take() ?? (await queue.next());
        if (!next) break;
        running?.release();
        yield next.result;
      }
      if (queue.isAtLimit) running?.fail();
      // After the loop was left, errors have no reader.
      if (!over.aborted) await ended;
    } finally {
      running?.stop();
      await ended.catch(() => {});
    }
  }
  return each();
}

class RunningCalls {
  readonly #runner: CallRunner;
  readonly #call: ParallelCall;
  readonly #stream: CallStream;
  readonly #progress: ProgressReporter | undefined;
  readonly #running: Promise<void>;
  /** Belongs to these calls: the user's signal, or an executor's, may be shared by many. */
  readonly #signal: AbortSignal;
  readonly #onAbort = () => this.stop();
  #isStopped = false;
  /** True when all results before an error have been taken. */
  #isErrorNext = false;

  constructor(call: ParallelCall, sink: Pick<CallSink, 'onResult' | 'endAt'>) {
    const { source, toCall, options } = call;
    const { progress, signal, timeout, preDispatch } = options;
    if (signal) throwIfAborted(signal);
    this.#call = call;
    this.#runner = call.runner ?? new CallRunner(options);
    const kernelWait = options.initializer ? 'running the initializer' : 'loading the functions';
    const waitFor = (waitsFor: WaitsFor | undefined) => describeWait(waitsFor, options.workers, kernelWait);
    const total = Array.isArray(source) ? source.length : Number.POSITIVE_INFINITY;
    this.#progress = callReporterOf(progress, total);
    this.#stream = new CallStream(
      source,
      { runner: this.#runner, toCall, preDispatch },
      {
        onResult: (index, value) => {
          sink.onResult(index, value);
          this.#progress?.increment();
        },
        errorOf: (failure, index) => callErrorOf(failure, index, timeout),
        onWait: this.#progress && ((waitsFor) => this.#progress?.waitFor(waitFor(waitsFor))),
        endAt: sink.endAt,
      },
    );
    this.#signal = AbortSignal.any(endSignals(signal));
    this.#signal.addEventListener('abort', this.#onAbort, { once: true });
    // Ships the functions at once, while the user's script is on the stack.
    this.#running = this.#stream.run();
    // The first call has started what its function needs, unless an iterable makes everybody wait for it.
    this.#runner.warm();
  }

  /** Makes room for another call: a result has been taken. */
  release(): void {
    this.#stream.release();
  }

  stop(): void {
    this.#isStopped = true;
    this.#runner.end();
  }

  /** Stops because of an error, when all results before it have been taken. */
  fail(): void {
    this.#isErrorNext = true;
    this.stop();
  }

  /** Resolves when all is over, well or because of {@link stop}; rejects with what the user gets. */
  async end(): Promise<void> {
    let isComplete = false;
    try {
      await this.#running;
      throwIfAborted(this.#signal);
      isComplete = true;
    } catch (error) {
      // The signal wins over an error that still waits for results before it.
      if (this.#stream.isFailing && !this.#isErrorNext) throwIfAborted(this.#signal);
      tellCaller(error, this.#call.caller);
      throw error;
    } finally {
      this.#signal.removeEventListener('abort', this.#onAbort);
      this.#runner.end();
      this.#progress?.end(isComplete && !this.#isStopped, this.#stream.count);
    }
  }
}
