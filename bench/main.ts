/** `npm run bench -- --help` says how it is called; CONTRIBUTING.md says more. */
import { benchArguments } from '../scripts/bench-arguments.js';
import { cases } from './cases/index.js';
import { runJob } from './jobs/job.js';
import { machine } from './machine.js';
import { publish } from './publish.js';
import { report } from './report.js';
import { type CaseResult, runCase } from './rounds.js';
import { storeRuns } from './runs.js';
import type { BenchCase } from './types.js';

const { values, positionals } = benchArguments();
const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
const chosen = positionals.length === 0 ? cases : positionals.flatMap(named);

if (!Number.isInteger(rounds) || rounds < 1)
  throw new Error(`--rounds takes a whole number from 1, not ${values.rounds}`);
if (chosen.length === 0) {
  throw new Error(
    `No case is named like ${positionals.join(' or ')}. Cases: ${cases.map(({ name }) => name).join(', ')}`,
  );
}

const results: CaseResult[] = [];
for (const benchCase of chosen) {
  const log = (line: string) => console.error(line);
  const plan = { rounds, share: values.quick ? 0.1 : 1, without: values.without, log };
  results.push(await (benchCase.kind === 'job' ? runJob(benchCase, plan) : runCase(benchCase, plan)));
}

const where = machine();
const text = report(results, where, {
  note: values.quick ? 'A quick run on a tenth of the rows: no numbers to quote.' : '',
});
console.log(`\n${text}\n`);

if (!values.quick) {
  console.log(`Stored in ${storeRuns(results, where)}`);
  publish();
  console.log(
    'Made of it: docs/images/benchmark.svg, the tables of docs/performance.md, bench/results/latest.md',
  );
}

const failed = results.flatMap(({ name, outcomes }) =>
  outcomes.filter((o) => o.failed).map((o) => ({ name, ...o })),
);
for (const { name, label, failed: error } of failed) console.error(`\n${name}: ${label} failed: ${error}`);
process.exitCode = failed.length > 0 ? 1 : 0;

/** The case of this very name, else those with this in their names. */
function named(part: string): BenchCase[] {
  const exact = cases.filter(({ name }) => name === part);
  return exact.length > 0 ? exact : cases.filter(({ name }) => name.includes(part));
}
