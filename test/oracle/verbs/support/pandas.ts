import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { VerbAnswer, VerbCase } from './case.js';

const server = fileURLToPath(new URL('../../../../fixtures/verbs_server.py', import.meta.url));

/** A Python process that answers cases of verbs. */
export class PandasVerbs {
  readonly #process: ChildProcess & { readonly stdin: Writable; readonly stdout: Readable };
  readonly #lines: AsyncIterator<string>;

  constructor(python: string) {
    this.#process = spawn(python, ['-B', server], { stdio: ['pipe', 'pipe', 'inherit'] }) as never;
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async ask(cases: readonly VerbCase[]): Promise<VerbAnswer[]> {
    this.#process.stdin.write(`${JSON.stringify({ cases })}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('the Python process ended; what it said is above');
    return (JSON.parse(value) as { answers: VerbAnswer[] }).answers;
  }

  stop(): void {
    this.#process.stdin.end();
  }
}
