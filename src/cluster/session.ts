import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Schema, Table } from 'apache-arrow';
import { throwIfAborted } from '../util/index.js';
import { arrowSchema } from './arrow-schema.js';
import { type Artifact, Artifacts } from './artifacts.js';
import { clusterError } from './explain-failure.js';
import { interrupt } from './interrupt.js';
import type { SparkOptions } from './options.js';
import type { AnalyzePlanRequestSchema, AnalyzePlanResponse, DataType } from './proto/index.js';
import type { Command, Relation } from './relations.js';
import { Rpc } from './rpc.js';
import { type PlanInit, type RunOptions, runPlan } from './run.js';
import { settlesWithin } from './settles-within.js';
import { SparkError } from './spark-error.js';
import { openTransport } from './transport.js';
import { prepareUpload } from './upload.js';
import type { ServerAddress } from './url.js';

/** The version of Spark, as far as it matters here. */
export interface SparkVersion {
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

const DEFAULT_ANSWER_TIMEOUT = 60_000;
/** Milliseconds that closing waits for runs to be interrupted. */
const LONGEST_CLOSE = 12_000;

type Question = NonNullable<MessageInitShape<typeof AnalyzePlanRequestSchema>['analyze']>;
type Answer = AnalyzePlanResponse['result'];

/** A session on a Spark Connect server. Python starts anew on the executors for each, so keep one. */
export class Session {
  readonly version: SparkVersion;
  readonly #rpc: Rpc;
  readonly #artifacts: Artifacts;
  #closing: Promise<void> | undefined;

  private constructor(rpc: Rpc, version: SparkVersion) {
    this.#rpc = rpc;
    this.#artifacts = new Artifacts(rpc);
    this.version = version;
  }

  /** Opens a session; fails at once where no server answers, or one before Spark 4.0. */
  static async open(address: ServerAddress, options: SparkOptions = {}): Promise<Session> {
    const { signal, tls, answerTimeout = DEFAULT_ANSWER_TIMEOUT } = options;
    const { client, connection } = openTransport(address, tls);
    const rpc = new Rpc(client, connection, address, answerTimeout);
    try {
      const response = await rpc.call(
        (client, request) =>
          client.analyzePlan({ ...rpc.fields, analyze: { case: 'sparkVersion', value: {} } }, request),
        { signal, attempts: 1 },
      );
      rpc.observe(response);
      const text = response.result.case === 'sparkVersion' ? response.result.value.version : '';
      return new Session(rpc, requireVersion(text, address));
    } catch (error) {
      rpc.drop();
      throw error;
    }
  }

  get id(): string {
    return this.#rpc.sessionId;
  }

  /**
   * Runs a relation and yields its Arrow batches, each a whole IPC stream, as they come and no faster than
   * they are taken. An abort or the end of the generator interrupts the run on the cluster.
   */
  execute(relation: Relation, options?: RunOptions): AsyncGenerator<Uint8Array, void, undefined> {
    return this.#run({ opType: { case: 'root', value: relation } }, options);
  }

  /** Runs a command, such as writing a relation to files. */
  async command(command: Command, options?: RunOptions): Promise<void> {
    // A command has no rows; the loop waits for its end.
    for await (const _ of this.#run({ opType: { case: 'command', value: command } }, options));
  }

  #run(plan: PlanInit, options: RunOptions = {}) {
    this.#requireOpen();
    return runPlan(this.#rpc, plan, options, this.#rpc.over.signal);
  }

  /** Asks about a plan; a question has no time limit while the server answers others. */
  async analyze(question: Question, { signal }: { signal?: AbortSignal } = {}): Promise<Answer> {
    this.#requireOpen();
    const response = await this.#rpc.ask(
      (client, request) => client.analyzePlan({ ...this.#rpc.fields, analyze: question }, request),
      signal,
    );
    this.#rpc.observe(response);
    return response.result;
  }

  /** Returns the type of a relation's rows in Spark's own terms, a struct. */
  async sparkType(relation: Relation, options?: { signal?: AbortSignal }): Promise<DataType> {
    const plan = { opType: { case: 'root' as const, value: relation } };
    const answer = await this.analyze({ case: 'schema', value: { plan } }, options);
    if (answer.case !== 'schema' || answer.value.schema === undefined) {
      throw clusterError(`${this.#rpc.address.name} gave no schema where one was asked for`);
    }
    return answer.value.schema;
  }

  /** Returns the schema in which the rows of a relation arrive. */
  async schema(relation: Relation, options?: { signal?: AbortSignal }): Promise<Schema> {
    return arrowSchema(await this.sparkType(relation, options));
  }

  /** Has the executors keep the rows of a relation, in memory or on their disks, once it has run. */
  async persist(relation: Relation, options?: { signal?: AbortSignal }): Promise<void> {
    await this.analyze({ case: 'persist', value: { relation } }, options);
  }

  /** Has the executors forget the rows that they keep of a relation. A session that is closed keeps none. */
  async unpersist(relation: Relation): Promise<void> {
    if (this.#closing) return;
    await this.analyze({ case: 'unpersist', value: { relation, blocking: false } });
  }

  /** Sends files for the executors, each name once. */
  async addArtifacts(artifacts: readonly Artifact[], options?: { signal?: AbortSignal }): Promise<void> {
    this.#requireOpen();
    await this.#artifacts.add(artifacts, options);
  }

  /**
   * Sends a table and returns the relation of its rows, whose columns have the types in which their values
   * are stored: see {@link storedColumn}. A table that the server still has is not sent again.
   */
  async uploadTable(table: Table, { signal }: { signal?: AbortSignal } = {}): Promise<Relation> {
    if (signal) throwIfAborted(signal);
    const { major, minor } = this.version;
    const { relation, artifacts } = prepareUpload(table, major > 4 || (major === 4 && minor >= 1));
    await this.addArtifacts(artifacts, { signal });
    return relation;
  }

  /** Interrupts the runs that have a tag. */
  async interrupt(tag: string): Promise<void> {
    await interrupt(this.#rpc, tag);
  }

  /** Returns settings of the session; undefined for those that are not set or that the server keeps. */
  async getConfig(...keys: string[]): Promise<{ readonly [key: string]: string | undefined }> {
    try {
      const { pairs } = await this.#rpc.call((client, request) =>
        client.config(
          { ...this.#rpc.fields, operation: { opType: { case: 'getOption', value: { keys } } } },
          request,
        ),
      );
      return Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
    } catch (error) {
      // Servers that others run may keep settings to themselves.
      const { cause } = error as Error;
      if (!(cause instanceof SparkError) || cause.errorClass === undefined) throw error;
      return {};
    }
  }

  /** Changes settings of the session. */
  async setConfig(settings: { readonly [key: string]: string | number | boolean }): Promise<void> {
    const pairs = Object.entries(settings).map(([key, value]) => ({ key, value: String(value) }));
    await this.#rpc.call((client, request) =>
      client.config(
        { ...this.#rpc.fields, operation: { opType: { case: 'set', value: { pairs } } } },
        request,
      ),
    );
  }

  /** Ends what runs, releases the session on the server, and closes the connection. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#rpc.over.abort(new Error('the cluster was closed'));
    await settlesWithin(this.#rpc.settle(), LONGEST_CLOSE);
    const { clientObservedServerSideSessionId: _, ...fields } = this.#rpc.fields;
    // The server forgets a session that is not released after an hour.
    await this.#rpc
      .once((client, options) => client.releaseSession(fields, options), { timeoutMs: 5000 })
      .catch(() => undefined);
    this.#rpc.drop();
  }

  #requireOpen(): void {
    if (this.#closing)
      throw clusterError(`${this.#rpc.address.name} was closed; connect again with spark(url)`);
  }
}

function requireVersion(text: string, { name }: ServerAddress): SparkVersion {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(text) ?? [];
  if (major === undefined) throw clusterError(`${name} does not say which version of Spark it runs`);
  if (Number(major) < 4) {
    throw clusterError(`${name} runs Spark ${text}; Spark 4.0 or newer is needed: upgrade the cluster`);
  }
  return { text, major: Number(major), minor: Number(minor) };
}
