import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const scratch = join(root, '.cache', 'test-run');
let scripts = 0;

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChildOptions {
  readonly nodeArgs?: readonly string[];
  readonly env?: { readonly [name: string]: string };
  /** The watchdog: a child that lives longer hangs, and is killed. */
  readonly limitMs?: number;
  /** Called with everything the child has written so far. */
  onOutput?(stdout: string, kill: (signal: NodeJS.Signals) => void): void;
}

/** Runs a script, an ES module that imports the built package by its name, in a Node process of its own. */
export function runScript(source: string, options: ChildOptions = {}): Promise<ChildEnd> {
  mkdirSync(scratch, { recursive: true });
  const path = join(scratch, `${process.pid}-${scripts++}.mjs`);
  writeFileSync(path, source);
  const { nodeArgs = [], env, limitMs = 40_000, onOutput } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...nodeArgs, path], {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      onOutput?.(stdout, (signal) => child.kill(signal));
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const watchdog = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the process hangs\n${source}\n--- stdout\n${stdout}\n--- stderr\n${stderr}`));
    }, limitMs);
    child.on('close', (code, signal) => {
      clearTimeout(watchdog);
      rmSync(path);
      resolve({ code, signal, stdout, stderr });
    });
  });
}

/** Runs a script that must end by itself and well, and gives what it wrote last: a line of JSON. */
export async function runForJson<T>(source: string, options?: ChildOptions): Promise<T> {
  const { code, signal, stdout, stderr } = await runScript(source, options);
  if (code !== 0) throw new Error(`exit code ${code}, signal ${signal}\n${stdout}\n${stderr}`);
  const lines = stdout.trimEnd().split('\n');
  return JSON.parse(lines[lines.length - 1]) as T;
}

/**
 * What most scripts begin with: a table of eight groups of one row, and short ways to run and to describe.
 */
export const prelude = `
import { ApplyError, applyParallel, GroupError, groupby, shutdown } from 'apply-parallel';
import { readdirSync } from 'node:fs';
const keys = [...'abcdefgh'];
const table = { k: keys, x: Float64Array.from(keys, (_, i) => i) };
const sum = (g, { key }) => ({ k: [key], s: [g.x[0] * 10] });
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const run = (fn, options) => applyParallel(groupby(table, 'k'), fn, { nJobs: 2, ...options });
const keysOf = (result) => [...result.k].join('');
const outcome = (promise) => promise.then(keysOf, (error) => error instanceof Error
  ? { name: error.name, code: error.code, message: error.message, key: error.key, cause: error.cause && String(error.cause) }
  : { thrown: String(error) });
const threads = () => readdirSync('/proc/self/task').length;
const print = (value) => console.log(JSON.stringify(value));
const warnings = [];
process.on('warning', ({ message }) => warnings.push(message));
`;
