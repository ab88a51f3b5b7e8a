import { createSecureServer, createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError, type HandlerContext, type ServiceImpl } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { type Table, tableToIPC } from 'apache-arrow';
import {
  ErrorInfoSchema,
  type ExecutePlanRequest,
  type ExecutePlanResponseSchema,
  SparkConnectService,
} from '#dist/cluster/proto/spark_connect_pb.js';

export type Answer = MessageInitShape<typeof ExecutePlanResponseSchema>['responseType'];
export type Service = ServiceImpl<typeof SparkConnectService>;

export interface FakeOptions {
  readonly version?: string;
  /** What a run answers, without the last answer, which says that the result is complete. */
  readonly script?: (request: ExecutePlanRequest, signal: AbortSignal) => AsyncIterable<Answer>;
  /** Answers after which a stream ends without a word, as Spark's do after some minutes. */
  readonly cutAfter?: number;
  readonly token?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Handlers in the place of the server's own. */
  readonly handlers?: Partial<Service>;
}

/** A run on the fake server, over all its streams. */
export interface FakeRun {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly answers: Answer[];
  isDone: boolean;
  isInterrupted: boolean;
  isReleased: boolean;
  releasedUntil: string[];
  error?: ConnectError;
  readonly over: AbortController;
}

/** A server that speaks Spark Connect and runs nothing: a script says what a plan answers. */
export class FakeSpark {
  readonly calls: { readonly method: string; readonly headers: Headers; readonly message: unknown }[] = [];
  readonly runs = new Map<string, FakeRun>();
  readonly artifacts = new Map<string, Buffer>();
  readonly config = new Map<string, string>();
  readonly sockets = new Set<ServerHttp2Session>();
  readonly #options: FakeOptions;
  readonly #server: Http2Server;
  sessionName = 'server-side';

  private constructor(options: FakeOptions) {
    this.#options = options;
    const adapter = connectNodeAdapter({
      routes: (router) => {
        router.service(SparkConnectService, this.#handlers(), {
          interceptors: [
            (next) => (request) => {
              const message = request.stream ? undefined : request.message;
              this.calls.push({ method: request.method.name, headers: request.header, message });
              const token = options.token;
              if (token !== undefined && request.header.get('authorization') !== `Bearer ${token}`) {
                throw new ConnectError('wrong token', Code.Unauthenticated);
              }
              return next(request);
            },
          ],
        });
      },
    });
    this.#server = options.tls ? createSecureServer(options.tls, adapter) : createServer(adapter);
    this.#server.on('session', (session) => {
      this.sockets.add(session);
      session.on('error', () => undefined);
      session.on('close', () => this.sockets.delete(session));
    });
    this.#server.on('sessionError', () => undefined);
  }

  static async start(options: FakeOptions = {}): Promise<FakeSpark> {
    const fake = new FakeSpark(options);
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `sc://127.0.0.1:${this.port}`;
  }

  /** Breaks all connections, as a lost network does. */
  breakConnections(): void {
    for (const session of this.sockets) session.destroy();
  }

  count(method: string): number {
    return this.calls.filter((call) => call.method === method).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.breakConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #handlers(): Service {
    const session = () => ({ serverSideSessionId: this.sessionName });
    return {
      executePlan: (request, context) => this.#begin(request, context),
      reattachExecute: (request, context) => {
        const run = this.runs.get(request.operationId);
        if (!run) throw sparkError('INVALID_HANDLE.OPERATION_NOT_FOUND', 'no such operation');
        const last = run.answers.findIndex((_, k) => responseId(k) === request.lastResponseId);
        return this.#stream(run, last + 1, context);
      },
      releaseExecute: ({ operationId, release }) => {
        const run = this.runs.get(operationId);
        if (run && release.case === 'releaseUntil') run.releasedUntil.push(release.value.responseId);
        if (run && release.case === 'releaseAll') {
          run.isReleased = true;
          run.over.abort();
        }
        return {};
      },
      interrupt: ({ interrupt }) => {
        const found = [...this.runs.values()].filter(
          ({ tags, isDone }) => !isDone && tags.includes(String(interrupt.value)),
        );
        for (const run of found) {
          run.isInterrupted = true;
          run.error = sparkError('OPERATION_CANCELED', 'Operation has been canceled.');
          run.over.abort();
        }
        return { interruptedIds: found.map(({ operationId }) => operationId) };
      },
      analyzePlan: ({ analyze }) => {
        if (analyze.case === 'sparkVersion') {
          const version = this.#options.version ?? '4.3.0';
          return { ...session(), result: { case: 'sparkVersion', value: { version } } };
        }
        throw sparkError('TABLE_OR_VIEW_NOT_FOUND', 'The table or view `x` cannot be found.');
      },
      config: ({ operation }) => {
        const { opType } = operation ?? {};
        if (opType?.case === 'set')
          for (const { key, value } of opType.value.pairs) this.config.set(key, value ?? '');
        const keys = opType?.case === 'getOption' ? opType.value.keys : [];
        return { pairs: keys.map((key) => ({ key, value: this.config.get(key) })) };
      },
      addArtifacts: async (requests) => {
        const added: string[] = [];
        let name = '';
        let pieces: Uint8Array[] = [];
        const end = () => {
          if (name !== '') this.artifacts.set(name, Buffer.concat(pieces));
          name = '';
          pieces = [];
        };
        for await (const { payload } of requests) {
          if (payload.case === 'batch') {
            end();
            for (const { name, data } of payload.value.artifacts) {
              added.push(name);
              this.artifacts.set(name, Buffer.from(data?.data ?? []));
            }
          } else if (payload.case === 'beginChunk') {
            end();
            name = payload.value.name;
            added.push(name);
            pieces.push(payload.value.initialChunk?.data ?? new Uint8Array());
          } else if (payload.case === 'chunk') pieces.push(payload.value.data);
        }
        end();
        return { artifacts: added.map((name) => ({ name, isCrcSuccessful: true })) };
      },
      artifactStatus: ({ names }) => ({
        statuses: Object.fromEntries(names.map((name) => [name, { exists: this.artifacts.has(name) }])),
      }),
      fetchErrorDetails: () => ({ errors: [] }),
      releaseSession: () => ({}),
      ...this.#options.handlers,
    };
  }

  #begin(request: ExecutePlanRequest, context: HandlerContext) {
    const run: FakeRun = {
      operationId: request.operationId ?? '',
      tags: request.tags,
      answers: [],
      isDone: false,
      isInterrupted: false,
      isReleased: false,
      releasedUntil: [],
      over: new AbortController(),
    };
    this.runs.set(run.operationId, run);
    const { script = noAnswers } = this.#options;
    const work = async () => {
      try {
        for await (const answer of script(request, run.over.signal)) run.answers.push(answer);
        run.answers.push({ case: 'resultComplete', value: {} });
      } catch (error) {
        run.error ??= error instanceof ConnectError ? error : new ConnectError(String(error), Code.Internal);
      }
      run.isDone = true;
    };
    work().catch(() => undefined);
    return this.#stream(run, 0, context);
  }

  async *#stream(run: FakeRun, from: number, { signal }: HandlerContext) {
    const { cutAfter = Number.POSITIVE_INFINITY } = this.#options;
    for (let at = from, sent = 0; !signal.aborted; ) {
      if (at < run.answers.length) {
        if (sent++ === cutAfter) return;
        yield {
          responseId: responseId(at),
          operationId: run.operationId,
          serverSideSessionId: this.sessionName,
          responseType: run.answers[at++],
        };
        continue;
      }
      if (run.error) throw run.error;
      if (run.isDone || run.isReleased) return;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

const responseId = (index: number) => `response-${index}`;

async function* noAnswers(): AsyncGenerator<Answer> {}

/** A failure as Spark tells it: its name lies in the details of the status. */
export function sparkError(
  errorClass: string,
  message: string,
  metadata: { readonly [name: string]: string } = {},
): ConnectError {
  const info = create(ErrorInfoSchema, {
    reason: 'org.apache.spark.sql.AnalysisException',
    domain: 'org.apache.spark',
    metadata: { errorClass, ...metadata },
  });
  const error = new ConnectError(`[${errorClass}] ${message}`, Code.Internal);
  error.details.push({ type: 'google.rpc.ErrorInfo', value: toBinary(ErrorInfoSchema, info) });
  return error;
}

/** An answer with rows. */
export const batch = (table: Table): Answer => ({
  case: 'arrowBatch',
  value: { rowCount: BigInt(table.numRows), data: tableToIPC(table) },
});
