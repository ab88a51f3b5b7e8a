import { ApplyError } from '../errors.js';
import { addCaller } from '../failures/index.js';
import type { ProgressReporter } from '../progress/index.js';
import { endedBy, endingGenerator, throwIfAborted } from '../util/index.js';
import type { Call } from './call.js';
import { callErrorOf } from './call-error.js';
import { Crew } from './crew.js';
import type { ResolvedParallelOptions } from './options.js';
import { callReporterOf } from './progress.js';
import { CallStream, type Sink } from './stream.js';

type AnyIterable = Iterable<unknown> | AsyncIterable<unknown>;

/** Calls that are to be made, and how. */
export interface Calls {
  readonly source: AnyIterable;
  readonly toCall: (item: unknown, index: number) => Call;
  readonly options: ResolvedParallelOptions;
  /** Where the user's call came from. */
  readonly caller: { readonly stack?: string };
  /** Who makes them; else it is somebody new. */
  readonly crew?: Crew;
}

/** All results, in order. */
export async function listOf(calls: Calls): Promise<unknown[]> {
  const results: unknown[] = [];
  const running = new Running(calls, {
    keep(index, value) {
      results[index] = value;
      running.free();
    },
  });
  await running.end();
  return results;
}

/**
 * Results one by one, in order or as they come. In order, the results of all calls before an error come first, be it of a call, of its
 * arguments or of the iterable. The calls set off at once, and last as long as the loop over them: whoever leaves it ends them.
 */
export const resultsOf = (calls: Calls): AsyncGenerator<unknown, void, undefined> =>
  endingGenerator((over) => begin(calls, over.signal));

function begin(calls: Calls, over: AbortSignal): AsyncGenerator<unknown, void, undefined> {
  const isOrdered = calls.options.returnAs === 'generator';
  const ready = new Map<number, unknown>();
  let head = 0;
  let end = Number.POSITIVE_INFINITY;
  let wake = () => {};
  let isEnded = false;
  let running: Running | undefined;
  const run = async () => {
    running = new Running(calls, {
      keep(index, value) {
        ready.set(index, value);
        wake();
      },
      endAt: isOrdered
        ? (index) => {
            end = index;
            wake();
          }
        : undefined,
    });
    await running.end();
  };
  const ended = run().finally(() => {
    isEnded = true;
    wake();
  });
  ended.catch(() => {});
  over.addEventListener('abort', () => running?.stop(), { once: true });

  async function* each() {
    try {
      for (;;) {
        const [next] = isOrdered ? [head] : ready.keys();
        if (next !== undefined && ready.has(next)) {
          const value = ready.get(next);
          ready.delete(next);
          head++;
          running?.free();
          yield value;
        } else if (isEnded || head === end) {
          if (head === end) running?.fail();
          // Who has left the loop wants to hear of nothing.
          if (!over.aborted) await ended;
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      running?.stop();
      await ended.catch(() => {});
    }
  }
  return each();
}

/** Calls under way. */
class Running {
  readonly #crew: Crew;
  readonly #calls: Calls;
  readonly #stream: CallStream;
  readonly #progress: ProgressReporter | undefined;
  readonly #running: Promise<void>;
  /** Of these calls' own: any number of them may share one of the user's, or of an executor's. */
  readonly #signal: AbortSignal;
  readonly #onAbort = () => this.stop();
  #isStopped = false;
  /** Whether the turn of an error has come. */
  #hasFailed = false;

  constructor(calls: Calls, sink: Pick<Sink, 'keep' | 'endAt'>) {
    const { source, toCall, options } = calls;
    const { progress, signal, timeout, preDispatch } = options;
    if (signal) throwIfAborted(signal);
    this.#calls = calls;
    this.#crew = calls.crew ?? new Crew(options);
    const total = Array.isArray(source) ? source.length : Number.POSITIVE_INFINITY;
    this.#progress = callReporterOf(progress, total);
    this.#stream = new CallStream(
      source,
      { crew: this.#crew, toCall, preDispatch },
      {
        keep: (index, value) => {
          sink.keep(index, value);
          this.#progress?.increment();
        },
        errorOf: (failure, index) => callErrorOf(failure, index, timeout),
        endAt: sink.endAt,
      },
    );
    this.#signal = AbortSignal.any(endedBy(signal));
    this.#signal.addEventListener('abort', this.#onAbort, { once: true });
    // The functions are shipped in here, while the user's script is on the stack.
    this.#running = this.#stream.run();
  }

  /** One result has been taken. */
  free(): void {
    this.#stream.free();
  }

  stop(): void {
    this.#isStopped = true;
    this.#crew.end();
  }

  /** All that comes before an error has been taken. */
  fail(): void {
    this.#hasFailed = true;
    this.stop();
  }

  /** Resolves when all is over, well or because of {@link stop}. */
  async end(): Promise<void> {
    let isComplete = false;
    try {
      await this.#running;
      throwIfAborted(this.#signal);
      isComplete = true;
    } catch (error) {
      // What ended the calls before the turn of an error came.
      if (this.#stream.isFailing && !this.#hasFailed) throwIfAborted(this.#signal);
      if (error instanceof ApplyError) addCaller(error, this.#calls.caller);
      throw error;
    } finally {
      this.#signal.removeEventListener('abort', this.#onAbort);
      this.#crew.end();
      this.#progress?.end(isComplete && !this.#isStopped, this.#stream.count);
    }
  }
}
