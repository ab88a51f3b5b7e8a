import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Code, ConnectError } from '@connectrpc/connect';
import { throwIfAborted, untilAborted } from '../util/index.js';
import type { Connection } from './connection.js';
import { clusterError, explainFailure } from './explain-failure.js';
import { isTransient, metadataOf } from './failure-kind.js';
import { settlesWithin } from './settles-within.js';
import type { SparkErrorCause } from './spark-error.js';
import type { SparkClient } from './transport.js';
import type { ServerAddress } from './url.js';

/** Attempts of a call whose connection breaks. They take three seconds in all. */
const ATTEMPTS = 5;

/** Options of one request. */
export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** How long the answer may take; 0: any time. */
  readonly timeoutMs?: number;
}

/** Options of a request that several signals may end. */
interface SentOptions extends Pick<RequestOptions, 'timeoutMs'> {
  readonly signals?: readonly AbortSignal[];
}

/** A question whether the server is there, for all calls that wait. */
interface Asking {
  readonly answer: Promise<void>;
  /** Ends the question when nobody waits for it. */
  readonly over: AbortController;
  waiting: number;
}

type Send<T> = (client: SparkClient, options: { readonly signal: AbortSignal }) => Promise<T>;

/** Sends requests of one session: fills in what all have, tries again, and explains failures. */
export class Rpc {
  readonly client: SparkClient;
  readonly address: ServerAddress;
  readonly sessionId: string;
  /** See {@link SparkOptions.answerTimeout}. */
  readonly answerTimeout: number;
  /** Aborted when the session is closed: no request is sent again then. */
  readonly over = new AbortController();
  readonly #connection: Connection;
  #isDropped = false;
  #asking: Asking | undefined;
  readonly #background = new Set<Promise<unknown>>();
  #serverSide: string | undefined;

  constructor(client: SparkClient, connection: Connection, address: ServerAddress, answerTimeout: number) {
    this.client = client;
    this.address = address;
    this.sessionId = address.sessionId ?? randomUUID();
    this.answerTimeout = answerTimeout;
    this.#connection = connection;
  }

  /**
   * The fields of every request. A server that was restarted meanwhile refuses the name that it gave the
   * session, instead of going on without its files and settings.
   */
  get fields() {
    return {
      sessionId: this.sessionId,
      userContext: { userId: this.address.userId ?? 'apply-parallel' },
      clientType: this.address.userAgent ?? 'apply-parallel',
      clientObservedServerSideSessionId: this.#serverSide,
    };
  }

  /** Remembers the server's name of the session. */
  observe(response: { readonly serverSideSessionId: string }): void {
    this.#serverSide ??= response.serverSideSessionId || undefined;
  }

  /**
   * Sends a request that has one answer. The time limit is kept here: connect's own timer goes on after a
   * failure, and the program with it.
   */
  async once<T>(
    send: Send<T>,
    { signals = [], timeoutMs = this.answerTimeout }: SentOptions = {},
  ): Promise<T> {
    // Another request would open the connection again, and keep the program running.
    if (this.#isDropped) throw this.#closed();
    const over = new AbortController();
    const onAbort = () => over.abort(new ConnectError('aborted', Code.Canceled));
    const onTimeout = () => over.abort(new ConnectError('no answer in time', Code.DeadlineExceeded));
    const timer = timeoutMs > 0 ? setTimeout(onTimeout, timeoutMs) : undefined;
    for (const signal of signals) signal.addEventListener('abort', onAbort, { once: true });
    if (signals.some((signal) => signal.aborted)) onAbort();
    try {
      return await send(this.client, { signal: over.signal });
    } finally {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', onAbort);
    }
  }

  /** Sends a request that has one answer, and again if the connection breaks. */
  call<T>(
    send: Send<T>,
    { attempts = ATTEMPTS, signal, timeoutMs }: RequestOptions & { readonly attempts?: number } = {},
  ): Promise<T> {
    return this.#call(send, attempts, { timeoutMs, signals: this.#signalsWith(signal) });
  }

  async #call<T>(
    send: Send<T>,
    attempts: number,
    options: SentOptions & Required<Pick<SentOptions, 'signals'>>,
  ): Promise<T> {
    const requireWanted = () => {
      for (const signal of options.signals) throwIfAborted(signal);
    };
    for (let attempt = 1; ; attempt++) {
      requireWanted();
      try {
        return await this.once(send, options);
      } catch (error) {
        requireWanted();
        if (attempt >= attempts || !isTransient(error)) throw await this.explain(error);
        await pause(attempt, options.signals[0]);
      }
    }
  }

  /** The signals of a request: the caller's, and the end of the session. */
  #signalsWith(signal: AbortSignal | undefined): AbortSignal[] {
    return signal ? [signal, this.over.signal] : [this.over.signal];
  }

  /**
   * Sends a request whose answer may take long, as long as the server answers others meanwhile.
   *
   * @param limit milliseconds that it may take at most; 0: any time
   */
  async ask<T>(send: Send<T>, signal?: AbortSignal, limit = 0): Promise<T> {
    const given = new AbortController();
    const signals = [...this.#signalsWith(signal), given.signal];
    const answer = this.#call(send, ATTEMPTS, { timeoutMs: limit, signals });
    // Prevents an unhandled rejection while the server is asked; awaited below.
    answer.catch(() => undefined);
    try {
      while (!(await settlesWithin(answer, this.answerTimeout))) await this.requireAlive(signal);
      return await answer;
    } finally {
      // A request that is sent again to a silent server would keep the program running.
      given.abort();
    }
  }

  /** Sends a request whose answer nobody waits for, until {@link settle}. */
  inBackground(promise: Promise<unknown>): void {
    const quiet = promise.catch(() => undefined).finally(() => this.#background.delete(quiet));
    this.#background.add(quiet);
  }

  /** Waits for what was sent in the background, and for what that sends. */
  async settle(): Promise<void> {
    while (this.#background.size > 0) await Promise.all(this.#background);
  }

  /**
   * Asks a silent server whether it is there, on two connections in turn. Throws if it is not. Calls that
   * wait at one time ask together: each would end the connection on which another asks.
   */
  async requireAlive(signal?: AbortSignal): Promise<void> {
    this.#asking ??= this.#beginToAsk();
    const asking = this.#asking;
    asking.waiting++;
    try {
      await (signal ? untilAborted(asking.answer, signal) : asking.answer);
    } finally {
      asking.waiting--;
      if (asking.waiting === 0) {
        asking.over.abort();
        if (this.#asking === asking) this.#asking = undefined;
      }
    }
  }

  #beginToAsk(): Asking {
    const over = new AbortController();
    const answer = this.#askTwice([over.signal, this.over.signal]);
    // Prevents an unhandled rejection when all who waited were aborted.
    answer.catch(() => undefined);
    return { answer, over, waiting: 0 };
  }

  async #askTwice(signals: readonly AbortSignal[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        const operation = { opType: { case: 'getOption' as const, value: { keys: ['spark.app.name'] } } };
        await this.once((client, options) => client.config({ ...this.fields, operation }, options), {
          signals,
        });
        return;
      } catch (error) {
        for (const signal of signals) throwIfAborted(signal);
        const isSilent = error instanceof ConnectError && error.code === Code.DeadlineExceeded;
        if (!isSilent && !isTransient(error)) throw await this.explain(error);
        // Half of a connection may be lost without a word to the other half.
        this.#connection.drop();
        if (attempt === 2) throw isSilent ? this.#silence() : explainFailure(error, this.address);
      }
    }
  }

  /** Ends the connection for good, with everything that is under way. */
  drop(): void {
    this.#isDropped = true;
    this.#connection.drop();
  }

  /** Returns the error for users, with all that the server knows of it. */
  async explain(error: unknown): Promise<unknown> {
    const errorId = metadataOf(error)?.errorId;
    return explainFailure(error, this.address, errorId ? await this.#causesOf(errorId) : []);
  }

  #closed() {
    return clusterError(`${this.address.name} was closed; connect again with spark(url)`);
  }

  #silence() {
    const seconds = Math.round((this.answerTimeout * 3) / 1000);
    return clusterError(
      `${this.address.name} has answered nothing for ${seconds} s; it may be out of memory: look at its log, ` +
        'or raise answerTimeout',
    );
  }

  async #causesOf(errorId: string): Promise<readonly SparkErrorCause[]> {
    try {
      const options = { timeoutMs: Math.min(this.answerTimeout, 10_000) };
      const { errors } = await this.once(
        (client, request) => client.fetchErrorDetails({ ...this.fields, errorId }, request),
        options,
      );
      return errors.map(({ errorTypeHierarchy, message, sparkThrowable }) => ({
        type: errorTypeHierarchy[0] ?? '',
        message,
        errorClass: sparkThrowable?.errorClass,
        parameters: sparkThrowable?.messageParameters ?? {},
      }));
    } catch {
      return [];
    }
  }
}

/** Waits longer before each further attempt: 0.2 s, 0.4 s, and so on, up to 5 s. */
export async function pause(attempt: number, signal?: AbortSignal): Promise<void> {
  await sleep(Math.min(100 * 2 ** attempt, 5000), undefined, { signal }).catch(() => undefined);
  if (signal) throwIfAborted(signal);
}
