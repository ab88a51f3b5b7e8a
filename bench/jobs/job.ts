/** A case of whole programs: files in, a file out, one process after another, the start included. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { pythonPath } from '../process.js';
import type { CaseResult, Plan } from '../rounds.js';
import { rotate } from '../stats.js';
import type { JobCase, Outcome } from '../types.js';
import { fileDifference } from './file-difference.js';

/** A program on its way, and the file that it writes. */
interface Program {
  readonly outcome: Outcome;
  readonly out: string;
  readonly command: string;
  readonly args: readonly string[];
}

export async function runJob(job: JobCase, { rounds, share, without, log }: Plan): Promise<CaseResult> {
  const folder = mkdtempSync(join(tmpdir(), 'apply-parallel-bench-'));
  try {
    const { rows, files } = await job.data(share, folder);
    const programs = [await ours(job, folder, files), python(job, folder, files)];
    const chosen = programs.filter(({ outcome }) => !without.includes(outcome.peer));
    for (let round = 0; round <= rounds; round++) {
      for (const program of rotate(chosen, round)) await runOnce(job, program, round, log);
      // The first round warms the caches of the system, and shows that all made the same.
      if (round === 0) await compare(job, chosen);
    }
    const outcomes = chosen.map(({ outcome }) => outcome);
    return { name: job.name, title: job.title, rows, rounds, outcomes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The program of this package, compiled to a file inside the package, so that its imports find it. */
async function ours({ program }: JobCase, folder: string, files: readonly string[]): Promise<Program> {
  const outdir = fileURLToPath(new URL('../../out/bench-jobs/', import.meta.url));
  mkdirSync(outdir, { recursive: true });
  const source = fileURLToPath(new URL(`./${program}.ts`, import.meta.url));
  await build({
    entryPoints: [source],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  const out = join(folder, 'ours.parquet');
  return {
    outcome: { label: 'this, all workers', peer: 'ours', times: [], cpuTimes: [] },
    out,
    command: process.execPath,
    args: [join(outdir, `${program}.mjs`), ...files, out],
  };
}

function python(
  { program, python: label = 'pandas + joblib, all cores' }: JobCase,
  folder: string,
  files: readonly string[],
): Program {
  const command = pythonPath;
  const isThere = existsSync(command);
  const missing = isThere ? undefined : 'the Python environment (npm run bench:setup)';
  const source = fileURLToPath(new URL(`./${program}.py`, import.meta.url));
  const out = join(folder, 'python.parquet');
  return {
    outcome: {
      label,
      peer: 'joblib',
      missing,
      ...(isThere && { times: [], cpuTimes: [] }),
    },
    out,
    command,
    args: [source, ...files, out, String(availableParallelism())],
  };
}

async function runOnce(job: JobCase, program: Program, round: number, log: Plan['log']): Promise<void> {
  const { outcome, out, command, args } = program;
  if (!outcome.times) return;
  rmSync(out, { force: true });
  const before = cpuOfChildren();
  const begin = performance.now();
  const error = await run(command, args);
  const ms = performance.now() - begin;
  const cpu = cpuOfChildren() - before;
  if (error !== undefined) {
    outcome.failed = error;
    outcome.times = undefined;
    return;
  }
  log(`${job.name}, round ${round}: ${outcome.label} ${ms.toFixed(0)} ms, processor ${cpu.toFixed(0)} ms`);
  if (round === 0) return;
  outcome.times.push(ms);
  if (cpu > 0) outcome.cpuTimes?.push(cpu);
}

/** Runs a program to its end, and returns what it wrote to stderr if it failed. */
function run(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(code === 0 ? undefined : said.trim() || `${signal ?? code}`));
  });
}

/**
 * Processor time of all ended children and their children, in milliseconds; 0 where the system does not tell.
 */
function cpuOfChildren(): number {
  if (!existsSync('/proc/self/stat')) return 0;
  // The name of the program stands in parentheses and may hold spaces; `cutime` and `cstime` are fields 16
  // and 17.
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

/** Ends the bench where two programs made different files: times of different work mean nothing. */
async function compare({ name }: JobCase, programs: readonly Program[]): Promise<void> {
  const [first, ...others] = programs.filter(({ outcome }) => outcome.times);
  for (const other of others) {
    const off = await fileDifference(first.out, other.out);
    if (off) throw new Error(`${name}: ${other.outcome.label} disagrees with ${first.outcome.label}: ${off}`);
  }
}
