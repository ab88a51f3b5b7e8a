import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { PandasServer } from '../pandas-server.js';
import type { VerbAnswer, VerbCase } from './support/case.js';
import { verbMismatch } from './support/check.js';
import { drawVerbCase } from './support/draw-case.js';

/* Random cases of verbs, compared with pandas; `npm run test:oracle:verbs` runs more of them. */

const recorded = JSON.parse(
  readFileSync(new URL('../../../fixtures/verbs/cases.json', import.meta.url), 'utf8'),
) as { readonly verbCase: VerbCase; readonly answer: VerbAnswer }[];

const scratch = () => mkdtempSync(join(tmpdir(), 'verbs-pandas-'));

describe('as pandas has it, recorded', () => {
  for (const verb of ['transform', 'filter', 'cogroup'] as const) {
    test(verb, async () => {
      const cases = recorded.filter(({ verbCase }) => verbCase.verb === verb);
      assert.ok(cases.length > 10);
      for (const { verbCase, answer } of cases)
        assert.equal(await verbMismatch(verbCase, answer, scratch()), undefined, JSON.stringify(verbCase));
    });
  }
});

const python = process.env.ORACLE_PYTHON;

test('as pandas has it, asked now', { skip: python ? false : 'ORACLE_PYTHON names no Python' }, async () => {
  const pandas = new PandasServer<VerbCase, VerbAnswer>(python as string, 'verbs_server.py');
  try {
    const first = Date.now() % 1_000_000_000;
    const cases = Array.from({ length: 100 }, (_, k) => drawVerbCase(first + k));
    const answers = await pandas.ask(cases);
    for (const [k, verbCase] of cases.entries())
      assert.equal(await verbMismatch(verbCase, answers[k], scratch()), undefined, `case ${first + k}`);
  } finally {
    pandas.stop();
  }
});
