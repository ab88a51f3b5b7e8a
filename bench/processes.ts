/**
 * `node --import tsx bench/processes.ts [--rounds N] [--share S]`: child processes against threads, and
 * against joblib's loky if APPLY_PARALLEL_PYTHON names a Python with joblib, pandas and pyarrow (or after
 * `npm run bench:setup`). The entrants take turns in one program. Given are medians of the wall time and of
 * the CPU time of all processes together, and ratios of each.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Table, tableToIPC } from 'apache-arrow';
import { applyParallel, groupby, shareTable, shutdown } from 'apply-parallel';
import { flightsOrigin } from './cases/flights-origin.js';
import { flightsRoute } from './cases/flights-route.js';
import { heavyGroups } from './cases/heavy-groups.js';
import { pythonPath } from './process.js';
import { median, rotate } from './stats.js';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, share: { type: 'string', default: '1' } },
});
const python = process.env.APPLY_PARALLEL_PYTHON ?? pythonPath;
const peer = fileURLToPath(new URL('./peers/python_peer.py', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'apply-parallel-bench-'));

interface Entrant {
  readonly name: string;
  run(): Promise<void>;
  readonly wall: number[];
  readonly cpu: number[];
}

/** CPU milliseconds that this process and all its descendants have used; Linux counts ended children, too. */
function cpuMs(): number {
  const parents = new Map<number, number>();
  const times = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      parents.set(Number(name), Number(fields[1]));
      times.set(
        Number(name),
        fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0),
      );
    } catch {
      // It has ended.
    }
  }
  const isOurs = (pid: number): boolean => pid === process.pid || (pid > 1 && isOurs(parents.get(pid) ?? 0));
  let sum = 0;
  for (const [pid, ticks] of times) if (isOurs(pid)) sum += ticks * 10;
  return sum;
}

async function joblib(
  table: Table,
  keys: readonly string[],
  name: string,
): Promise<Entrant & { end(): void }> {
  const file = join(folder, 'table.arrow');
  writeFileSync(file, tableToIPC(table));
  const child: ChildProcess = spawn(python, [peer], { stdio: ['pipe', 'pipe', 'inherit'] });
  let answer: (line: string) => void = () => {};
  createInterface(child.stdout as NodeJS.ReadableStream).on('line', (line) => answer(line));
  const ask = (request: object) =>
    new Promise<void>((resolve, reject) => {
      answer = (line) => (JSON.parse(line).error ? reject(new Error(line)) : resolve());
      child.once('error', reject);
      child.stdin?.write(`${JSON.stringify(request)}\n`);
    });
  const entrant = { peer: 'joblib', settings: { nJobs: -1 } };
  await ask({ op: 'prepare', file, keys, function: name, repeat: 1, entrant });
  return { name: 'joblib', run: () => ask({ op: 'run' }), wall: [], cpu: [], end: () => child.stdin?.end() };
}

for (const benchCase of [flightsOrigin, flightsRoute, heavyGroups]) {
  const table = await benchCase.data(Number(values.share));
  const shared = shareTable(table);
  const fn = benchCase.ours.columns as (group: object) => object;
  const sums = new Set<string>();
  const ours = (backend: 'threads' | 'processes'): Entrant => ({
    name: backend,
    async run() {
      const result = await applyParallel(groupby(shared, benchCase.keys), fn, {
        backend,
        input: 'columns',
        nJobs: -1,
      });
      const z = result.getChild('z') as { readonly length: number; get(row: number): number };
      sums.add(`${result.numRows} ${z.get(5)} ${z.get(z.length - 5)}`);
    },
    wall: [],
    cpu: [],
  });
  const entrants: Entrant[] = [ours('threads'), ours('processes')];
  const loky = await joblib(table, benchCase.keys, benchCase.python).catch((error: Error) => {
    console.log(`without joblib: ${error.message}`);
    return undefined;
  });
  if (loky) entrants.push(loky);
  for (let round = -2; round < Number(values.rounds); round++) {
    for (const entrant of rotate(entrants, Math.max(0, round))) {
      const [cpu, begin] = [cpuMs(), performance.now()];
      await entrant.run();
      if (round < 0) continue;
      entrant.wall.push(performance.now() - begin);
      entrant.cpu.push(cpuMs() - cpu);
    }
  }
  loky?.end();
  if (sums.size > 1) throw new Error(`different results: ${[...sums]}`);
  const [threads] = entrants;
  console.log(`\n${benchCase.title}: ${shared.numRows} rows`);
  for (const { name, wall, cpu } of entrants) {
    const ratio = (own: readonly number[], other: readonly number[]) =>
      (median([...own]) / median([...other])).toFixed(2);
    console.log(
      `  ${name.padEnd(10)} ${median(wall).toFixed(0).padStart(6)} ms, CPU ${median(cpu).toFixed(0).padStart(6)} ms; ` +
        `${ratio(wall, threads.wall)}x and ${ratio(cpu, threads.cpu)}x of threads`,
    );
  }
}
await shutdown();
rmSync(folder, { recursive: true });
