import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Answer, CaseSpec, OracleCase } from './case.js';

const server = fileURLToPath(new URL('../../fixtures/oracle_server.py', import.meta.url));

/** The Python to ask: what ORACLE_PYTHON names, or that of `npm run bench:setup`. */
export function findPython(): string {
  const own = fileURLToPath(
    new URL(
      `../../bench/.venv/${process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python'}`,
      import.meta.url,
    ),
  );
  const python = process.env.ORACLE_PYTHON ?? own;
  if (existsSync(python)) return python;
  throw new Error(
    `there is no Python at ${python}: run npm run bench:setup, or install fixtures/requirements.txt elsewhere and name that Python in ORACLE_PYTHON`,
  );
}

/** A Python process that answers cases, kept alive from batch to batch. */
export class PythonOracle {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #folder: string;
  #batches = 0;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(folder: string) {
    this.#folder = folder;
    this.#process = spawn(findPython(), ['-B', server], { stdio: ['pipe', 'pipe', 'inherit'] }) as never;
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  static async start(): Promise<PythonOracle> {
    return new PythonOracle(await mkdtemp(join(tmpdir(), 'oracle-')));
  }

  /** Answers in the order of the cases. Batches are answered one after the other. */
  ask(cases: readonly OracleCase[]): Promise<Answer[]> {
    const answers = this.#last.then(() => this.#ask(cases));
    this.#last = answers.catch(() => undefined);
    return answers;
  }

  async #ask(cases: readonly OracleCase[]): Promise<Answer[]> {
    const folder = join(this.#folder, String(this.#batches++));
    await mkdir(folder);
    await Promise.all(cases.map(({ input }, k) => writeFile(join(folder, `${k}.input.arrow`), input)));
    const specs: CaseSpec[] = cases.map(({ spec }) => spec);
    this.#process.stdin.write(`${JSON.stringify({ folder, cases: specs })}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('the Python process ended; what it said is above');
    const { answers } = JSON.parse(value) as { answers: Answer[] };
    const complete = answers.map(async (answer, k): Promise<Answer> => {
      if (answer.error || answer.failure) return answer;
      return { ...answer, expected: await readFile(join(folder, `${k}.expected.arrow`)) };
    });
    const all = await Promise.all(complete);
    await rm(folder, { recursive: true });
    return all;
  }

  async stop(): Promise<void> {
    this.#process.stdin.end();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
