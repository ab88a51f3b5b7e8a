/** The job of main.ts with this package: ours.ts FOLDER SCRATCH LIMIT. Prints one line of JSON. */
import { readFileSync } from 'node:fs';
import type { Table } from 'apache-arrow';
import { applyParallel, groupby, type Report, scan, shutdown } from 'apply-parallel';

const [folder, spillTo, memoryLimit] = process.argv.slice(2);

interface Rows {
  readonly key: Int32Array;
  readonly x0: Float64Array;
  readonly x1: Float64Array;
}

function summary({ key, x0, x1 }: Rows) {
  const n = x0.length;
  let [x, y] = [0, 0];
  for (let i = 0; i < n; i++) {
    x += x0[i];
    y += x1[i];
  }
  let [squares, products] = [0, 0];
  for (let i = 0; i < n; i++) {
    squares += (x0[i] - x / n) ** 2;
    products += (x0[i] - x / n) * (x1[i] - y / n);
  }
  return { key: key[0], rows: n, mean: x / n, std: Math.sqrt(squares / (n - 1)), slope: products / squares };
}

const began = performance.now();
const phases: { [phase: string]: number } = {};
let report: Report | undefined;
const grouped = groupby(await scan(folder), 'key');
const result = (await applyParallel(grouped, summary as never, {
  input: 'columns',
  memoryLimit,
  spillTo,
  progress({ phase = '', elapsedMs }) {
    phases[phase] ??= Math.round(elapsedMs);
  },
  report(made) {
    report = made;
  },
})) as Table;
const seconds = (performance.now() - began) / 1000;
const sum = (name: string) => Array.from<number>(result.getChild(name) ?? []).reduce((a, b) => a + b, 0);
const { user, system } = process.cpuUsage();
const peak = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'));
console.log(
  JSON.stringify({
    seconds,
    cpu: (user + system) / 1e6,
    peakMB: (Number(peak?.[1]) * 1024) / 1e6,
    groups: result.numRows,
    checksum: sum('slope') + sum('std'),
    phasesBegan: phases,
    stages: report?.stages,
  }),
);
await shutdown();
