/**
 * `npm run test:oracle:record`: asks pandas for the cases that test/oracle/oracle.test.ts runs without it.
 * The same seeds give the same cases.
 */
import { mkdirSync } from 'node:fs';
import { shutdown } from 'apply-parallel';
import { mismatch } from './check.js';
import { drawCase } from './draw-case.js';
import { functions } from './functions.js';
import { PythonOracle } from './python.js';
import { type Recorded, writeRecorded } from './recorded.js';

const CASES_PER_FUNCTION = 10;
const BATCH = 60;

const oracle = await PythonOracle.start();
const recorded: Recorded[] = [];
const missing = new Map(Object.keys(functions).map((name) => [name, CASES_PER_FUNCTION]));
for (let seed = 1; [...missing.values()].some((count) => count > 0); seed += BATCH) {
  const cases = Array.from({ length: BATCH }, (_, k) => drawCase(seed + k, 'small')).filter(({ spec }) => {
    const left = missing.get(spec.function) as number;
    missing.set(spec.function, left - 1);
    return left > 0;
  });
  const answers = await oracle.ask(cases);
  for (const [k, oracleCase] of cases.entries()) {
    const difference = await mismatch(oracleCase, answers[k]);
    if (difference !== undefined) throw new Error(`case ${oracleCase.seed} is not recorded: ${difference}`);
    recorded.push({ oracleCase, answer: answers[k] });
  }
}
await oracle.stop();
await shutdown();
mkdirSync(new URL('../../fixtures/oracle/', import.meta.url), { recursive: true });
const bytes = writeRecorded(recorded);
console.log(`${recorded.length} cases, ${(bytes / 1000).toFixed(0)} kB`);
