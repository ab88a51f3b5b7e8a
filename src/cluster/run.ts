import { randomUUID } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { ApplyError } from '../errors.js';
import { endingGenerator, throwIfAborted } from '../util/index.js';
import { clusterError } from './explain-failure.js';
import { isTransient, isUnknownRun } from './failure-kind.js';
import { interrupt } from './interrupt.js';
import { type RunProgress, readProgress } from './progress.js';
import type { ExecutePlanResponse, PlanSchema, ReleaseExecuteRequestSchema } from './proto/index.js';
import { pause, type Rpc } from './rpc.js';
import { settlesWithin } from './settles-within.js';
import { StaleStream, watched } from './watched.js';

export type PlanInit = MessageInitShape<typeof PlanSchema>;

/** Options of one run on the cluster. */
export interface RunOptions {
  /** Interrupts the run on the cluster; the call then throws `ERR_ABORTED`. */
  readonly signal?: AbortSignal;
  /** Gets the stages and tasks as the server reports them. */
  readonly onProgress?: (progress: RunProgress) => void;
  /** Names under which the run can be interrupted, beside the one that it always has. */
  readonly tags?: readonly string[];
}

/** Broken streams without an answer between them, after which a run is given up: some 12 s. */
const MAX_FAILURES = 6;
/** Bytes after which the server is told that it may forget the answers before. */
const RELEASE_EVERY = 16 << 20;
/** Milliseconds: a stream that ends sooner, and without an answer, counts as broken. */
const SHORTEST_STREAM = 500;
/** Milliseconds that an abort waits for the server; what is left then goes on in the background. */
const LONGEST_END = 1000;
/** Milliseconds that an interruption waits for the first task. */
const LONGEST_PLANNING = 30_000;

/**
 * Runs a plan and yields the Arrow batches of its result, each a whole IPC stream, as they come. The server
 * ends a stream after some minutes or bytes, and networks break; the run then goes on from the last answer.
 * Ending the generator, like an abort, interrupts the run on the cluster.
 */
export function runPlan(
  rpc: Rpc,
  plan: PlanInit,
  options: RunOptions,
  sessionOver: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  // Not AbortSignal.any: Node 20 forgets the signals of its timers.
  const signals = options.signal ? [options.signal, sessionOver] : [sessionOver];
  return endingGenerator((over) => batches(new Run(rpc, plan, options), options, signals, over.signal));
}

async function* batches(
  run: Run,
  { onProgress }: RunOptions,
  signals: readonly AbortSignal[],
  ended: AbortSignal,
) {
  for (const signal of signals) throwIfAborted(signal);
  const stop = () => run.stop();
  for (const signal of [...signals, ended]) signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const { responseType } of run.answers()) {
      if (responseType.case === 'executionProgress') onProgress?.(readProgress(responseType.value));
      if (responseType.case === 'arrowBatch') yield responseType.value.data;
    }
  } catch (error) {
    for (const signal of signals) throwIfAborted(signal);
    if (!ended.aborted) throw error;
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', stop);
    await run.end();
  }
}

type Release = MessageInitShape<typeof ReleaseExecuteRequestSchema>['release'];
const ALL: Release = { case: 'releaseAll', value: {} };

/** A run on the cluster, over all the streams that its answers come in. */
class Run {
  readonly #rpc: Rpc;
  readonly #plan: PlanInit;
  readonly #operationId = randomUUID();
  readonly #tags: readonly string[];
  /** The server has answered. */
  isKnown = false;
  /** Streams that are open; an old one may end after the next has begun. */
  #streams = 0;
  /** The run has succeeded, or failed by what Spark says. */
  isOver = false;
  #lastResponseId: string | undefined;
  #unreleased = 0;
  #stream: AbortController | undefined;
  /** The answers of the stream that is open. */
  #answers: AsyncGenerator<ExecutePlanResponse, void, undefined> | undefined;
  /** The server has reported a stage, or rows. */
  #hasBegun = false;
  #onBegun: (() => void) | undefined;
  readonly #stopped = new AbortController();
  #interrupting: Promise<void> | undefined;

  constructor(rpc: Rpc, plan: PlanInit, { tags = [] }: RunOptions) {
    this.#rpc = rpc;
    this.#plan = plan;
    this.#tags = [`apply-parallel-${this.#operationId}`, ...tags];
  }

  get isStreaming(): boolean {
    return this.#streams > 0;
  }

  /** Yields all answers; the last says that the result is complete. */
  async *answers(): AsyncGenerator<ExecutePlanResponse, void, undefined> {
    for (let failures = 0, isBegun = false; !this.isOver; ) {
      const begun = performance.now();
      let isAnswered = false;
      try {
        this.#answers = this.#noted(this.#open(isBegun));
        for await (const answer of watched(this.#rpc, this.#answers, this.#stopped.signal)) {
          [isAnswered, isBegun, failures] = [true, true, 0];
          yield answer;
        }
        isBegun = true;
        if (!isAnswered && performance.now() - begun < SHORTEST_STREAM) failures++;
      } catch (error) {
        if (this.#interrupting) throw error;
        // The first request was lost on its way; the name of the run keeps a second one from running twice.
        const isLost = isUnknownRun(error) && !this.isKnown;
        if (!isLost && !isTransient(error) && !(error instanceof StaleStream)) {
          this.isOver = true;
          throw await this.#rpc.explain(error);
        }
        isBegun = !isLost;
        if (++failures > MAX_FAILURES) throw this.#lost(await this.#rpc.explain(error));
      }
      this.#stream?.abort();
      if (failures > MAX_FAILURES) {
        throw clusterError(
          `${this.#rpc.address.name} ends its answers before it says anything; look at its log`,
        );
      }
      if (failures > 0) await pause(failures, this.#stopped.signal);
    }
  }

  /** Returns the error of a server that is gone; of one that had answered, the run may be the reason. */
  #lost(error: unknown): unknown {
    if (!this.isKnown || !(error instanceof ApplyError)) return error;
    return clusterError(
      `${error.message}. It was lost in the middle of a run: look at its log, and whether its memory was full; ` +
        'large results fill it, unless they stay there with to: cluster.to(path)',
      error.cause,
    );
  }

  /**
   * Waits until the first task has begun. An interruption that comes while Spark is still planning may miss
   * a stage that it submits a moment later.
   */
  async #untilBegun(): Promise<void> {
    if (this.#hasBegun || this.#answers === undefined) return;
    const begun = new Promise<void>((resolve) => {
      this.#onBegun = resolve;
    });
    const drain = async (answers: AsyncIterator<unknown>) => {
      while (!this.#hasBegun) if ((await answers.next()).done) return;
    };
    await settlesWithin(Promise.race([begun, drain(this.#answers)]), LONGEST_PLANNING);
  }

  /**
   * Has the run interrupted on the cluster, and ends {@link answers}. The stream stays until the server has
   * heard it: a request that is cancelled on its way may still begin a run.
   */
  stop(): void {
    if (this.#interrupting) return;
    this.#interrupting = this.#untilBegun()
      .then(() => interrupt(this.#rpc, this.#tags[0], this))
      .finally(() => this.#stream?.abort());
    this.#rpc.inBackground(this.#interrupting);
    this.#stopped.abort();
  }

  /** Waits until a run that is not over was interrupted, and has the server forget it. */
  async end(): Promise<void> {
    if (this.#stream === undefined) return;
    if (!this.isOver) this.stop();
    const ending = Promise.resolve(this.#interrupting).then(() => this.#release(ALL));
    this.#rpc.inBackground(ending);
    await settlesWithin(ending, LONGEST_END);
  }

  #open(isBegun: boolean): AsyncIterable<ExecutePlanResponse> {
    this.#stream = new AbortController();
    const options = { signal: this.#stream.signal };
    const fields = { ...this.#rpc.fields, operationId: this.#operationId };
    if (isBegun) {
      return this.#rpc.client.reattachExecute({ ...fields, lastResponseId: this.#lastResponseId }, options);
    }
    const reattach = { requestOption: { case: 'reattachOptions', value: { reattachable: true } } } as const;
    return this.#rpc.client.executePlan(
      { ...fields, plan: this.#plan, tags: [...this.#tags], requestOptions: [reattach] },
      options,
    );
  }

  /** Notes what a stream gives before anybody takes it. */
  async *#noted(stream: AsyncIterable<ExecutePlanResponse>) {
    this.#streams++;
    try {
      for await (const answer of stream) {
        this.#note(answer);
        yield answer;
      }
    } finally {
      this.#streams--;
    }
  }

  #note(answer: ExecutePlanResponse): void {
    this.#rpc.observe(answer);
    this.isKnown = true;
    this.#lastResponseId = answer.responseId || this.#lastResponseId;
    const { responseType } = answer;
    if (responseType.case === 'resultComplete') this.isOver = true;
    this.#hasBegun ||=
      this.isOver ||
      responseType.case === 'arrowBatch' ||
      (responseType.case === 'executionProgress' && responseType.value.stages.length > 0);
    if (this.#hasBegun) this.#onBegun?.();
    if (responseType.case !== 'arrowBatch' || this.#lastResponseId === undefined) return;
    this.#unreleased += responseType.value.data.length;
    if (this.#unreleased <= RELEASE_EVERY) return;
    this.#unreleased = 0;
    const until = { case: 'releaseUntil', value: { responseId: this.#lastResponseId } } as const;
    this.#rpc.inBackground(this.#release(until));
  }

  /** Lets the server forget answers, which it otherwise keeps for some minutes. */
  #release(release: Release): Promise<unknown> {
    const request = { ...this.#rpc.fields, operationId: this.#operationId, release };
    return this.#rpc.once((client, options) => client.releaseExecute(request, options), { timeoutMs: 5000 });
  }
}
