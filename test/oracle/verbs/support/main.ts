/**
 * `npm run test:oracle:verbs -- --cases N --seed S`: N random cases of transformParallel, filterParallel and
 * cogroup, on frames and on data sets in memory and spilled, through this package and through pandas. `--case
 * C` runs one again, `--record N` writes the first N cases, and what pandas made of them, to
 * fixtures/verbs/cases.json.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findPython } from '../../python.js';
import type { VerbAnswer, VerbCase } from './case.js';
import { verbMismatch } from './check.js';
import { drawVerbCase } from './draw-case.js';
import { PandasVerbs } from './pandas.js';

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
const pandas = new PandasVerbs(findPython());
const recorded: { verbCase: VerbCase; answer: VerbAnswer }[] = [];
const met = new Map<string, number>();
let mismatches = 0;
for (let from = 0; from < count; from += BATCH) {
  const seeds = Array.from({ length: Math.min(BATCH, count - from) }, (_, k) => (first + from + k) % 2 ** 31);
  const cases = seeds.map(drawVerbCase);
  const answers = await pandas.ask(cases);
  for (const [k, verbCase] of cases.entries()) {
    const folder = mkdtempSync(join(tmpdir(), 'verbs-oracle-'));
    const difference = await verbMismatch(verbCase, answers[k], folder);
    recorded.push({ verbCase, answer: answers[k] });
    const kind = `${verbCase.verb}, ${verbCase.memory}`;
    met.set(kind, (met.get(kind) ?? 0) + 1);
    if (difference === undefined) continue;
    mismatches++;
    if (mismatches > 10) continue;
    console.error(
      `\nMISMATCH, to be run again with --case ${seeds[k]}\n${JSON.stringify(verbCase)}\n${difference}`,
    );
  }
}
pandas.stop();
console.log(`seed ${options.seed}: ${count} cases, ${mismatches} mismatches`);
console.log(Array.from(met, ([kind, cases]) => `${kind} ${cases}`).join('; '));
if (options.record && mismatches === 0) {
  const folder = new URL('../../../../fixtures/verbs/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const lines = recorded.map((each) => JSON.stringify(each));
  writeFileSync(new URL('cases.json', folder), `[\n${lines.join(',\n')}\n]\n`);
}
process.exitCode = mismatches > 0 ? 1 : 0;
