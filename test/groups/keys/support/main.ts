/**
 * `npm run test:oracle:keys -- --cases N --seed S`: N random cases of the key makers through this package and through pandas. `--case C` runs one
 * again, `--record N` writes the first N cases, and what pandas made of them, to fixtures/keys/cases.json.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { findPython } from '../../../oracle/python.js';
import type { KeyAnswer, KeyCase } from './case.js';
import { keyMismatch } from './check.js';
import { drawKeyCase } from './draw-case.js';
import { PandasKeys } from './pandas.js';

const BATCH = 100;

const { values: options } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
    case: { type: 'string' },
    record: { type: 'string' },
  },
});
const count = options.case ? 1 : Number(options.record ?? options.cases);
const first = options.case ? Number(options.case) : options.record ? 1 : Number(options.seed) * 1_000_003;
const pandas = new PandasKeys(findPython());
const recorded: { keyCase: KeyCase; answer: KeyAnswer }[] = [];
let mismatches = 0;
let refused = 0;
for (let from = 0; from < count; from += BATCH) {
  const seeds = Array.from({ length: Math.min(BATCH, count - from) }, (_, k) => (first + from + k) % 2 ** 31);
  const cases = seeds.map(drawKeyCase);
  const answers = await pandas.ask(cases);
  for (const [k, keyCase] of cases.entries()) {
    const difference = await keyMismatch(keyCase, answers[k]);
    recorded.push({ keyCase, answer: answers[k] });
    if (answers[k].error !== undefined) refused++;
    if (difference === undefined) continue;
    mismatches++;
    if (mismatches > 10) continue;
    console.error(
      `\nMISMATCH, to be run again with --case ${seeds[k]}\n${JSON.stringify(keyCase)}\n${difference}`,
    );
  }
}
pandas.stop();
console.log(`seed ${options.seed}: ${count} cases, ${mismatches} mismatches; pandas refused ${refused}`);
if (options.record && mismatches === 0) {
  const lines = recorded.map(({ keyCase, answer }) =>
    JSON.stringify({ keyCase, answer: { ...answer, ...(answer.error && { error: 'refused' }) } }),
  );
  writeFileSync(
    new URL('../../../../fixtures/keys/cases.json', import.meta.url),
    `[\n${lines.join(',\n')}\n]\n`,
  );
}
process.exitCode = mismatches > 0 ? 1 : 0;
