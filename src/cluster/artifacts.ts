import { crc32 } from 'node:zlib';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { isApplyError } from '../errors.js';
import { untilAborted } from '../util/index.js';
import { clusterError } from './explain-failure.js';
import type { AddArtifactsRequestSchema } from './proto/index.js';
import type { Rpc } from './rpc.js';

/** A file for the server and its executors. */
export interface Artifact {
  /**
   * Its place there: `pyfiles/x.py`, `files/x`, `archives/x.tar.gz#folder`, or `cache/<sha256>`. A name
   * stands for its content: give each content a name of its own, such as its hash.
   */
  readonly name: string;
  readonly bytes: Uint8Array;
}

type Request = MessageInitShape<typeof AddArtifactsRequestSchema>;
type Payload = Request['payload'];

/** The size of the pieces that Spark's own client sends. */
const CHUNK = 32 << 10;

/** Sends artifacts of a session, each once. */
export class Artifacts {
  readonly #rpc: Rpc;
  /** The artifacts that the server has, or is getting. */
  readonly #sent = new Map<string, Promise<void>>();

  constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  /** Sends those that the server does not have, and waits until it has all. */
  async add(artifacts: readonly Artifact[], { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    for (;;) {
      const missing = artifacts.filter(({ name }) => !this.#sent.has(name));
      if (missing.length > 0) this.#begin(missing, signal);
      const all = Promise.all(artifacts.map(({ name }) => this.#sent.get(name)));
      try {
        await (signal ? untilAborted(all, signal) : all);
        return;
      } catch (error) {
        // Another call was sending, and was aborted: this one sends them itself.
        const isOthers = isApplyError(error) && error.code === 'ERR_ABORTED' && !signal?.aborted;
        if (!isOthers) throw error;
      }
    }
  }

  #begin(artifacts: readonly Artifact[], signal: AbortSignal | undefined): void {
    const sending = this.#send(artifacts, signal);
    for (const { name } of artifacts) this.#sent.set(name, sending);
    sending.catch(() => {
      for (const { name } of artifacts) this.#sent.delete(name);
    });
  }

  async #send(artifacts: readonly Artifact[], signal: AbortSignal | undefined): Promise<void> {
    const stored = await this.#stored(artifacts, signal);
    const wanted = artifacts.filter(({ name }) => !stored.has(name));
    if (wanted.length === 0) return;
    const bytes = wanted.reduce((sum, artifact) => sum + artifact.bytes.length, 0);
    const { artifacts: summaries } = await this.#rpc.ask(
      (client, options) => client.addArtifacts(requests(this.#rpc.fields, wanted), options),
      signal,
      // At least 100 KB/s.
      this.#rpc.answerTimeout + Math.ceil(bytes / 100),
    );
    for (const { name, isCrcSuccessful } of summaries) {
      if (!isCrcSuccessful) {
        throw clusterError(
          `${name} arrived damaged at ${this.#rpc.address.name}; check the network, and retry`,
        );
      }
    }
  }

  /** Returns the names in the cache that the server has; it does not tell for others. */
  async #stored(artifacts: readonly Artifact[], signal: AbortSignal | undefined): Promise<Set<string>> {
    const names = artifacts.map(({ name }) => name).filter((name) => name.startsWith('cache/'));
    if (names.length === 0) return new Set();
    const { statuses } = await this.#rpc.call(
      (client, options) => client.artifactStatus({ ...this.#rpc.fields, names }, options),
      { signal },
    );
    return new Set(names.filter((name) => statuses[name]?.exists));
  }
}

function* payloads({ name, bytes }: Artifact): Generator<Payload> {
  const chunks = Math.max(1, Math.ceil(bytes.length / CHUNK));
  const chunk = (index: number) => {
    const data = bytes.subarray(index * CHUNK, (index + 1) * CHUNK);
    return { data, crc: BigInt(crc32(data)) };
  };
  if (chunks === 1) {
    yield { case: 'batch', value: { artifacts: [{ name, data: chunk(0) }] } };
    return;
  }
  const value = {
    name,
    totalBytes: BigInt(bytes.length),
    numChunks: BigInt(chunks),
    initialChunk: chunk(0),
  };
  yield { case: 'beginChunk', value };
  for (let index = 1; index < chunks; index++) yield { case: 'chunk', value: chunk(index) };
}

async function* requests(fields: Rpc['fields'], artifacts: readonly Artifact[]): AsyncGenerator<Request> {
  for (const artifact of artifacts) {
    for (const payload of payloads(artifact)) yield { ...fields, payload };
  }
}
