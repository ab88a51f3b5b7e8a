/**
 * `node --import tsx bench/wide.ts`: what two workers take for a table of thousands of columns, against this
 * thread alone, in alternating runs. The function hands its group back, so all of it is the cost of columns.
 */

import { type Table, tableFromArrays } from 'apache-arrow';
import { applyParallel, groupby, shutdown } from 'apply-parallel';
import { median } from './stats.js';

const ROWS = 1000;
const GROUPS = 50;

const input = process.argv[2] === 'records' ? 'records' : 'columns';
for (const [columns, rounds] of [
  [2000, 31],
  [20_000, 5],
]) {
  if (input === 'columns' || columns === 2000) await compare(columns, rounds);
}
await shutdown();

async function compare(columns: number, rounds: number): Promise<void> {
  const table = wideTable(columns);
  const times = { inline: [] as number[], workers: [] as number[] };
  const cpu = { inline: [] as number[], workers: [] as number[] };
  for (let round = -1; round < rounds; round++) {
    for (const entrant of ['inline', 'workers'] as const) {
      const used = process.cpuUsage();
      const begin = performance.now();
      await applyParallel(groupby(table, 'key'), (g: object) => g, {
        nJobs: entrant === 'inline' ? 1 : 2,
        input,
      });
      if (round < 0) continue;
      times[entrant].push(performance.now() - begin);
      const { user, system } = process.cpuUsage(used);
      cpu[entrant].push((user + system) / 1000);
    }
  }
  const of = (entrant: 'inline' | 'workers') =>
    `${median(times[entrant]).toFixed(0)} ms (${median(cpu[entrant]).toFixed(0)} ms of CPU)`;
  const ratio = median(times.workers) / median(times.inline);
  console.log(
    `${columns.toLocaleString('en')} columns as ${input}: ${of('inline')} in this thread, ` +
      `${of('workers')} with two workers, ${ratio.toFixed(2)} times`,
  );
}

function wideTable(columns: number): Table {
  const arrays: { [name: string]: Int32Array | Float64Array } = {
    key: Int32Array.from({ length: ROWS }, (_, row) => row % GROUPS),
  };
  for (let k = 0; k < columns; k++)
    arrays[`c${k}`] = Float64Array.from({ length: ROWS }, (_, row) => row * k);
  return tableFromArrays(arrays);
}
