/** The job of main.ts with this package: ours.ts FOLDER SCRATCH LIMIT. Prints one line of JSON. */
import { readFileSync } from 'node:fs';
import type { Table } from 'apache-arrow';
import { applyParallel, groupby, type Report, scan, shutdown } from 'apply-parallel';
import { summary } from './summary.js';

const [folder, spillTo, memoryLimit] = process.argv.slice(2);

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
