import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A Python process that answers cases, a line of JSON for each batch. */
export class PandasServer<Case, Answer> {
  readonly #process: ChildProcess & { readonly stdin: Writable; readonly stdout: Readable };
  readonly #lines: AsyncIterator<string>;

  /** @param server its file in fixtures/ */
  constructor(python: string, server: string) {
    const path = join(import.meta.dirname, '..', '..', 'fixtures', server);
    this.#process = spawn(python, ['-B', path], { stdio: ['pipe', 'pipe', 'inherit'] }) as never;
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async ask(cases: readonly Case[]): Promise<Answer[]> {
    this.#process.stdin.write(`${JSON.stringify({ cases })}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('the Python process ended; what it said is above');
    return (JSON.parse(value) as { answers: Answer[] }).answers;
  }

  stop(): void {
    this.#process.stdin.end();
  }
}
