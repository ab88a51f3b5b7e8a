/**
 * `node --import tsx bench/scaling.ts`: what the split costs a row as tables grow in rows and in groups, and
 * how much memory a call takes beside its input. Medians; the memory is measured in a process of its own for
 * each function.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { applyParallel, groupby } from 'apply-parallel';
import { chunkedColumn, groupRows, scatterTable } from '#dist/split/index.js';
import { median } from './stats.js';
import { numbersByKey } from './tables.js';

const ROUNDS = 7;
const MB = 2 ** 20;

type Columns = { key: Int32Array; x: Float64Array; y: Int32Array };
const functions = {
  'a function that hands its group back': (g: Columns) => ({ ...g }),
  'a function that makes every column anew': ({ key, x, y }: Columns) => ({
    key: key.slice(),
    x: x.slice(),
    y: y.slice(),
  }),
};
type Name = keyof typeof functions;

const [name] = process.argv.slice(2);
if (name === undefined) {
  nsPerRow('rows, in 1,000 groups', [1e6, 2e6, 4e6, 8e6, 16e6], (rows) => [rows, 1000]);
  nsPerRow('groups, of 4,000,000 rows', [100, 1000, 10_000, 100_000], (groups) => [4e6, groups]);
  for (const each of Object.keys(functions)) await inOwnProcess(each);
} else await measureMemory(name as Name);

function nsPerRow(what: string, sizes: number[], shape: (size: number) => [rows: number, groups: number]) {
  const options = { sort: true, dropna: true, observed: true };
  const runs = sizes.map((size) => {
    const [rows, groups] = shape(size);
    const table = numbersByKey(rows, groups);
    return () => {
      const begin = performance.now();
      scatterTable(table, groupRows([chunkedColumn(table, 0)], rows, options));
      return ((performance.now() - begin) / rows) * 1e6;
    };
  });
  const times = runs.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round++) {
    runs.forEach((run, k) => {
      const ns = run();
      if (round > 0) times[k].push(ns);
    });
  }
  const medians = times.map(median);
  const each = sizes.map((size, k) => `${size.toLocaleString('en')}: ${medians[k].toFixed(1)}`).join(', ');
  console.log(`ns a row by ${what}: ${each}; ${(medians[medians.length - 1] / medians[0]).toFixed(2)} times`);
}

function inOwnProcess(each: string): Promise<void> {
  return new Promise((resolve) => {
    fork(fileURLToPath(import.meta.url), [each]).on('exit', () => resolve());
  });
}

async function measureMemory(each: Name): Promise<void> {
  await applyParallel(groupby(numbersByKey(1000, 10), 'key'), functions[each], { input: 'columns' });
  const table = numbersByKey(20e6, 1000);
  const bytes = table.batches.reduce((sum, batch) => sum + batch.data.byteLength, 0);
  const before = process.resourceUsage().maxRSS * 1024;
  const out = await applyParallel(groupby(table, 'key'), functions[each], { input: 'columns' });
  const peak = process.resourceUsage().maxRSS * 1024 - before;
  console.log(
    `${each}: ${(peak / MB).toFixed(0)} MB at the peak above a table of ${(bytes / MB).toFixed(0)} MB, ` +
      `${(peak / bytes).toFixed(2)} times; ${out.numRows.toLocaleString('en')} rows`,
  );
  process.exit();
}
