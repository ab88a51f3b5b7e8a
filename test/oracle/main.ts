/**
 * `npm run test:oracle -- --cases N --seed S`: N random cases through this package and through pandas and
 * joblib. `--case C` runs one again.
 */
import { parseArgs } from 'node:util';
import { tableFromIPC } from 'apache-arrow';
import { shutdown } from 'apply-parallel';
import type { OracleCase } from './case.js';
import { mismatch } from './check.js';
import { drawCase } from './draw-case.js';
import { PythonOracle } from './python.js';
import { shrink } from './shrink.js';

const BATCH = 50;

const { values: options } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
    case: { type: 'string' },
  },
});
const seed = Number(options.seed);
const count = options.case ? 1 : Number(options.cases);
// Runs of neighbouring seeds share no case as long as they have fewer than a thousand times a thousand.
const seedOf = (k: number) => (options.case ? Number(options.case) : (seed * 1_000_003 + k) % 2 ** 31);

const oracle = await PythonOracle.start();
const tally = {
  cases: 0,
  mismatches: 0,
  rows: 0,
  functions: new Map<string, number>(),
  differences: new Map<string, number>(),
};
const begun = performance.now();
try {
  let next = draw(0);
  let answers = oracle.ask(next);
  for (let from = 0; from < count; from += BATCH) {
    const cases = next;
    const answered = await answers;
    // Python works on the next batch while this one is compared.
    next = draw(from + BATCH);
    answers = next.length > 0 ? oracle.ask(next) : Promise.resolve([]);
    for (const [k, oracleCase] of cases.entries()) {
      const difference = await mismatch(oracleCase, answered[k]);
      count1(tally.functions, oracleCase.spec.function);
      for (const name of answered[k].differences) count1(tally.differences, name);
      tally.cases++;
      if (difference === undefined) continue;
      tally.mismatches++;
      await answers;
      await report(oracleCase, difference);
    }
  }
} finally {
  await oracle.stop();
  await shutdown();
}
console.log(
  `seed ${seed}: ${tally.cases} cases in ${((performance.now() - begun) / 1000).toFixed(0)} s, ${tally.mismatches} mismatches`,
);
console.log(`functions: ${listed(tally.functions)}`);
console.log(`known differences met: ${listed(tally.differences)}`);
process.exitCode = tally.mismatches > 0 ? 1 : 0;

function draw(from: number): OracleCase[] {
  return Array.from({ length: Math.max(Math.min(BATCH, count - from), 0) }, (_, k) =>
    drawCase(seedOf(from + k)),
  );
}

function count1(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function listed(counts: Map<string, number>): string {
  return [...counts].map(([name, times]) => `${name} ${times}`).join(', ') || 'none';
}

async function report(failing: OracleCase, difference: string): Promise<void> {
  const small = await shrink(failing, difference, async (candidates) => {
    const answers = await oracle.ask(candidates);
    return Promise.all(candidates.map((candidate, k) => mismatch(candidate, answers[k])));
  });
  const table = tableFromIPC(small.oracleCase.input);
  console.error(
    `\nMISMATCH, to be run again with --case ${failing.seed}\n${JSON.stringify(failing.spec)}\n${difference}`,
  );
  console.error(`\nas small as it gets, with ${small.oracleCase.spec.batchRows} rows a batch:`);
  console.error(table.schema.fields.map(({ name, type }) => `${name}: ${type}`).join(', '));
  console.error(table.toArray().map(String).join('\n'));
  console.error(small.difference);
}
