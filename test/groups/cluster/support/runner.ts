import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type Table, tableToIPC } from 'apache-arrow';
import { valueCodecs } from '#dist/codecs/index.js';
import {
  type Answer,
  FrameKind,
  type Resumption,
  type RunnerCall,
  type WriteCall,
} from '#dist/groups/cluster/protocol.js';
import { RowReader, stays } from '#dist/groups/cluster/rows.js';
import { ship } from '#dist/ship/index.js';
import { decode, encodeWhole, FrameReader, frameHead } from '#dist/wire/index.js';
import { within } from '../../../support/within.js';

const file = fileURLToPath(import.meta.resolve('#dist/cluster-bundle.js'));

/** A function and what a call says beside it. */
export type CallOf = Partial<Omit<RunnerCall, 'fn'>> & {
  readonly fn: (...args: never[]) => unknown;
  readonly initializer?: () => unknown;
};

export function callOf({ fn, initializer, ...rest }: CallOf): RunnerCall {
  return {
    id: randomUUID(),
    fn: ship(fn, valueCodecs, undefined, initializer),
    hasInitializer: initializer !== undefined,
    rows: { by: ['key'], isScalar: true, dropna: true },
    form: 'columns',
    seed: 'seed',
    expects: 'any rows',
    stopsAtFailure: false,
    wantsTimings: false,
    keepsResults: false,
    ...rest,
  };
}

/** The program of executors, in a process of its own, with a test in the place of the glue. */
export class RunnerProcess {
  readonly #child: ChildProcess;
  readonly #down: Writable;
  readonly #kinds: number[] = [];
  #answers: Answer[] = [];
  /** The rows of the last task that stay on the cluster, and those that are no answers. */
  kept: Uint8Array[] = [];
  /** How far another process came with the next task. */
  resumption: Resumption | undefined;
  readonly #exited: Promise<number | null>;
  readonly #ended: Promise<never>;
  #wake = () => {};
  #logged = '';
  #isWriting = false;

  constructor() {
    this.#child = spawn(process.execPath, [file, '3', '4'], {
      stdio: ['ignore', 'pipe', 'inherit', 'pipe', 'pipe'],
    });
    this.#down = this.#child.stdio[3] as Writable;
    this.#exited = once(this.#child, 'exit').then(([code]) => code as number | null);
    this.#ended = this.#exited.then((code) => {
      throw new Error(`the runner ended with ${code}`);
    });
    // Prevents an unhandled rejection after the last task.
    this.#ended.catch(() => {});
    const reader = new RowReader((bytes) => this.#answers.push(decode(bytes) as Answer));
    const frames = new FrameReader(({ kind, content }) => {
      this.#kinds.push(kind);
      if (kind === FrameKind.row && (this.#isWriting || stays(content))) this.kept.push(content.slice());
      else if (kind === FrameKind.row) reader.add(content);
      if (kind === FrameKind.done) this.#wake();
    });
    (this.#child.stdio[4] as Readable).on('data', (piece: Uint8Array) => frames.push(piece));
    this.#child.stdout?.on('data', (text: Buffer) => {
      this.#logged += text;
    });
  }

  get logged(): string {
    return this.#logged;
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** Has the runner work on a task whose rows come in these pieces, each but the last followed by a cut. */
  async run(call: RunnerCall | WriteCall | Uint8Array, ...pieces: readonly Table[]): Promise<Answer[]> {
    this.#answers = [];
    this.kept = [];
    this.#isWriting = 'writes' in call;
    const done = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#send(FrameKind.call, call instanceof Uint8Array ? call : encodeWhole(call));
    if (this.resumption) this.#send(FrameKind.resume, Buffer.from(JSON.stringify(this.resumption)));
    this.resumption = undefined;
    pieces.forEach((piece, k) => {
      if (k > 0) this.#send(FrameKind.cut);
      this.#send(FrameKind.data, tableToIPC(piece));
    });
    this.#send(FrameKind.end);
    await within(120_000, 'the end of a task in the program of executors', Promise.race([done, this.#ended]));
    return this.#answers;
  }

  /** Closes the pipe to the runner, and resolves to its exit code. */
  async close(): Promise<number | null> {
    this.#down.end();
    try {
      return await within(60_000, 'the program of executors to end with its input', this.#exited);
    } finally {
      this.#child.kill('SIGKILL');
    }
  }

  #send(kind: number, content: Uint8Array = new Uint8Array(0)): void {
    this.#down.write(frameHead(kind, content.byteLength));
    this.#down.write(content);
  }
}
