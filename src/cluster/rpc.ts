import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Code, ConnectError } from '@connectrpc/connect';
import { throwIfAborted } from '../util/index.js';
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

type Send<T> = (client: SparkClient, options: { readonly signal: AbortSignal }) => Promise<T>;

/** Sends requests of one session: fills in what all have, tries again, and explains failures. */
export class Rpc {
  readonly client: SparkClient;
  readonly address: ServerAddress;
  readonly sessionId: string;
  /** See {@link SparkOptions.answerTimeout}. */
  readonly answerTimeout: number;
  readonly #connection: Connection;
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
  async once<T>(send: Send<T>, { signal, timeoutMs = this.answerTimeout }: RequestOptions = {}): Promise<T> {
    const over = new AbortController();
    const onAbort = () => over.abort(new ConnectError('aborted', Code.Canceled));
    const onTimeout = () => over.abort(new ConnectError('no answer in time', Code.DeadlineExceeded));
    const timer = timeoutMs > 0 ? setTimeout(onTimeout, timeoutMs) : undefined;
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    try {
      return await send(this.client, { signal: over.signal });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Sends a request that has one answer, and again if the connection breaks. */
  async call<T>(
    send: Send<T>,
    { attempts = ATTEMPTS, ...options }: RequestOptions & { readonly attempts?: number } = {},
  ): Promise<T> {
    const { signal } = options;
    for (let attempt = 1; ; attempt++) {
      if (signal) throwIfAborted(signal);
      try {
        return await this.once(send, options);
      } catch (error) {
        if (signal) throwIfAborted(signal);
        if (attempt >= attempts || !isTransient(error)) throw await this.explain(error);
        await pause(attempt, signal);
      }
    }
  }

  /** Sends a request whose answer may take any time, as long as the server answers others meanwhile. */
  async ask<T>(send: Send<T>, signal?: AbortSignal): Promise<T> {
    const answer = this.call(send, { signal, timeoutMs: 0 });
    // Prevents an unhandled rejection while the server is asked; awaited below.
    answer.catch(() => undefined);
    while (!(await settlesWithin(answer, this.answerTimeout))) await this.requireAlive(signal);
    return answer;
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

  /** Asks a silent server whether it is there, on two connections in turn. Throws if it is not. */
  async requireAlive(signal?: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        const operation = { opType: { case: 'getOption' as const, value: { keys: ['spark.app.name'] } } };
        await this.once((client, options) => client.config({ ...this.fields, operation }, options), {
          signal,
        });
        return;
      } catch (error) {
        if (signal) throwIfAborted(signal);
        const isSilent = error instanceof ConnectError && error.code === Code.DeadlineExceeded;
        if (!isSilent && !isTransient(error)) throw await this.explain(error);
        // Half of a connection may be lost without a word to the other half.
        this.#connection.drop();
        if (attempt === 2) throw isSilent ? this.#silence() : explainFailure(error, this.address);
      }
    }
  }

  /** Ends the connection, with everything that is under way. */
  drop(): void {
    this.#connection.drop();
  }

  /** Returns the error for users, with all that the server knows of it. */
  async explain(error: unknown): Promise<unknown> {
    const errorId = metadataOf(error)?.errorId;
    return explainFailure(error, this.address, errorId ? await this.#causesOf(errorId) : []);
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
