import { randomUUID } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { endingGenerator, throwIfAborted } from '../util/index.js';
import { clusterError } from './explain-failure.js';
import { isTransient, isUnknownRun } from './failure-kind.js';
import { interrupt } from './interrupt.js';
import { type RunProgress, readProgress } from './progress.js';
import type { ExecutePlanResponse, PlanSchema } from './proto/index.js';
import { pause, type Rpc } from './rpc.js';
import { StaleStream, watched } from './watched.js';

export type PlanInit = MessageInitShape<typeof PlanSchema>;

/** Options of one run on the cluster. */
export interface RunOptions {
  /** Interrupts the run on the cluster; the call then throws `ERR_ABORTED`. */
  readonly signal?: AbortSignal;
  /** Is called with the stages and tasks as the server reports them. */
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

/**
 * Runs a plan and yields the Arrow batches of its result, each a whole IPC stream, as they come. The server
 * ends a stream after some minutes or bytes, and networks break; the run then goes on from the last answer.
 * Ending the generator, like an abort, interrupts the run on the cluster.
 */
export function runPlan(
  rpc: Rpc,
  plan: PlanInit,
  options: RunOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  return endingGenerator((over) => batches(new Run(rpc, plan, options), options, over.signal));
}

async function* batches(run: Run, { signal, onProgress }: RunOptions, ended: AbortSignal) {
  if (signal) throwIfAborted(signal);
  const stop = () => run.stop();
  signal?.addEventListener('abort', stop, { once: true });
  ended.addEventListener('abort', stop, { once: true });
  try {
    for await (const { responseType } of run.answers()) {
      if (responseType.case === 'executionProgress') onProgress?.(readProgress(responseType.value));
      if (responseType.case === 'arrowBatch') yield responseType.value.data;
    }
  } catch (error) {
    if (signal) throwIfAborted(signal);
    if (!ended.aborted) throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await run.end();
  }
}

/** A run on the cluster, over all the streams that its answers come in. */
class Run {
  readonly #rpc: Rpc;
  readonly #plan: PlanInit;
  readonly #operationId = randomUUID();
  readonly #tags: readonly string[];
  /** The server has answered. */
  isKnown = false;
  /** The run has succeeded, or failed by what Spark says. */
  isOver = false;
  #lastResponseId: string | undefined;
  #unreleased = 0;
  #stream: AbortController | undefined;
  readonly #stopped = new AbortController();
  #interrupting: Promise<void> | undefined;

  constructor(rpc: Rpc, plan: PlanInit, { tags = [] }: RunOptions) {
    this.#rpc = rpc;
    this.#plan = plan;
    this.#tags = [`apply-parallel-${this.#operationId}`, ...tags];
  }

  /** Yields all answers but the last, which says that the result is complete. */
  async *answers(): AsyncGenerator<ExecutePlanResponse, void, undefined> {
    for (let failures = 0, isBegun = false; ; ) {
      const begun = performance.now();
      let isAnswered = false;
      try {
        for await (const answer of watched(this.#rpc, this.#open(isBegun), this.#stopped.signal)) {
          [isAnswered, isBegun, failures] = [true, true, 0];
          if (this.#accept(answer)) return;
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
        if (++failures > MAX_FAILURES) throw await this.#rpc.explain(error);
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

  /** Interrupts the run on the cluster and ends its stream. */
  stop(): void {
    this.#interrupting ??= interrupt(this.#rpc, this.#tags[0], this);
    this.#stopped.abort();
    this.#stream?.abort();
  }

  /** Waits until a run that is not over was interrupted, and has the server forget it. */
  async end(): Promise<void> {
    if (!this.isOver && this.#stream !== undefined) this.stop();
    await this.#interrupting;
    if (this.#stream !== undefined) this.#release({ case: 'releaseAll', value: {} });
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

  /** Notes an answer, and returns whether it is the last. */
  #accept(answer: ExecutePlanResponse): boolean {
    this.#rpc.observe(answer);
    this.isKnown = true;
    this.#lastResponseId = answer.responseId || this.#lastResponseId;
    if (answer.responseType.case === 'resultComplete') this.isOver = true;
    if (answer.responseType.case === 'arrowBatch') {
      this.#unreleased += answer.responseType.value.data.length;
      if (this.#unreleased > RELEASE_EVERY && this.#lastResponseId !== undefined) {
        this.#unreleased = 0;
        this.#release({ case: 'releaseUntil', value: { responseId: this.#lastResponseId } });
      }
    }
    return this.isOver;
  }

  /** Lets the server forget answers, which it otherwise keeps for some minutes. */
  #release(
    release:
      | { case: 'releaseAll'; value: Record<never, never> }
      | { case: 'releaseUntil'; value: { responseId: string } },
  ): void {
    const request = { ...this.#rpc.fields, operationId: this.#operationId, release };
    this.#rpc.inBackground(this.#rpc.client.releaseExecute(request, { timeoutMs: 5000 }));
  }
}
