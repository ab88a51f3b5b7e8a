/**
 * `npm run test:oracle:columns -- --cases N --seed S`: N random cases of windows and of the helpers for
 * columns through this package and through pandas. `--case C` runs one again, `--record N` writes the first N
 * cases, and what pandas made of them, to fixtures/columns/cases.json.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { findPython } from '../../oracle/python.js';
import type { HelperAnswer, HelperCase } from './case.js';
import { helperMismatch } from './check.js';
import { drawHelperCase } from './draw-case.js';
import { PandasColumns } from './pandas.js';

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
const pandas = new PandasColumns(findPython());
const recorded: { helperCase: HelperCase; answer: HelperAnswer }[] = [];
let mismatches = 0;
let refused = 0;
for (let from = 0; from < count; from += BATCH) {
  const seeds = Array.from({ length: Math.min(BATCH, count - from) }, (_, k) => (first + from + k) % 2 ** 31);
  const cases = seeds.map(drawHelperCase);
  const answers = await pandas.ask(cases);
  for (const [k, helperCase] of cases.entries()) {
    const difference = helperMismatch(helperCase, answers[k]);
    recorded.push({ helperCase, answer: answers[k] });
    if (answers[k].error !== undefined) refused++;
    if (difference === undefined) continue;
    mismatches++;
    if (mismatches > 10) continue;
    console.error(
      `\nMISMATCH, to be run again with --case ${seeds[k]}\n${JSON.stringify(helperCase)}\n${difference}`,
    );
  }
}
pandas.stop();
console.log(`seed ${options.seed}: ${count} cases, ${mismatches} mismatches; pandas refused ${refused}`);
if (options.record && mismatches === 0) {
  const folder = new URL('../../../fixtures/columns/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const lines = recorded.map(({ helperCase, answer }) =>
    JSON.stringify({ helperCase, answer: { ...answer, ...(answer.error && { error: 'refused' }) } }),
  );
  writeFileSync(new URL('cases.json', folder), `[\n${lines.join(',\n')}\n]\n`);
}
process.exitCode = mismatches > 0 ? 1 : 0;
