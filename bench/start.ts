/**
 * `node --import tsx bench/start.ts [rounds] [dist…]`: what starting costs, from the import to a warm loop.
 * Measures this build, and those in the other folders, in turn; each number is a process of its own, and
 * medians are printed. Processor time is that of all threads.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { pythonPath } from './process.js';
import { median } from './stats.js';

const [rounds = '7', ...others] = process.argv.slice(2);
const dists = [fileURLToPath(new URL('../dist', import.meta.url)), ...others.map((path) => resolve(path))];
const child = fileURLToPath(new URL('./peers/start.js', import.meta.url));
const python = pythonPath;

/** pandas and joblib with ten rows in two groups and two processes. */
const JOBLIB = `
import pandas as pd
from joblib import Parallel, delayed
df = pd.DataFrame({'k': [i % 2 for i in range(10)], 'v': range(10)})
def work(g):
    return g.assign(v=g.v * 3)
if __name__ == '__main__':
    res = Parallel(n_jobs=2)(delayed(work)(g) for _, g in df.groupby('k'))
    assert len(pd.concat(res)) == 10
`;

type Numbers = Readonly<Record<string, number>>;

/** Runs a program and returns the numbers that it prints, and its own time. */
function run(program: string, args: readonly string[]): Numbers {
  const begin = performance.now();
  const { stdout, status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  const wall = performance.now() - begin;
  if (status !== 0) throw new Error(stderr);
  return { wall, ...(stdout.trim() && JSON.parse(stdout)) };
}

const entrants: { readonly name: string; run(what: string): Numbers | undefined }[] = dists.map((dist) => ({
  name: dist,
  run: (what) => run(process.execPath, [child, what, pathToFileURL(join(dist, 'index.js')).href]),
}));
if (existsSync(python)) {
  const ask = (what: string) => (what.startsWith('ten rows') ? run(python, ['-c', JOBLIB]) : undefined);
  entrants.push({ name: 'pandas and joblib', run: ask });
}

for (const what of ['nothing', 'import', 'ten rows', 'ten rows, 2 workers', 'flights', 'one tiny group']) {
  const all = entrants.map((): Numbers[] => []);
  for (let round = 0; round < Number(rounds); round++) {
    for (const [k, entrant] of entrants.entries()) {
      const numbers = entrant.run(what);
      if (numbers) all[k].push(numbers);
    }
  }
  console.log(`\n${what}`);
  for (const [k, { name }] of entrants.entries()) {
    const names = Object.keys(all[k][0] ?? {});
    if (names.length === 0) continue;
    const medians = names.map((each) => `${each} ${median(all[k].map((one) => one[each])).toFixed(2)}`);
    console.log(`  ${name}: ${medians.join(', ')}`);
  }
}
