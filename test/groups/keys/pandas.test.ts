import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { PandasServer } from '../../oracle/pandas-server.js';
import type { KeyAnswer, KeyCase } from './support/case.js';
import { keyMismatch } from './support/check.js';
import { drawKeyCase } from './support/draw-case.js';

/* Random cases of the key makers, compared with pandas; `npm run test:oracle:keys` runs more of them. */

const recorded = JSON.parse(
  readFileSync(new URL('../../../fixtures/keys/cases.json', import.meta.url), 'utf8'),
) as { readonly keyCase: KeyCase; readonly answer: KeyAnswer }[];

describe('as pandas has it, recorded', () => {
  for (const kind of ['every', 'bins', 'quantiles', 'keyFrom'] as const) {
    test(kind, async () => {
      const cases = recorded.filter(({ keyCase }) => keyCase.kind === kind);
      assert.ok(cases.length > 30);
      for (const { keyCase, answer } of cases)
        assert.equal(await keyMismatch(keyCase, answer), undefined, JSON.stringify(keyCase));
    });
  }

  test('the comparison sees another key, another label and another order', async () => {
    for (const { keyCase, answer } of recorded) {
      if (keyCase.kind === 'every' && answer.keys?.[0]) {
        const keys = [`${BigInt(answer.keys[0]) + 1n}`, ...answer.keys.slice(1)];
        assert.ok(await keyMismatch(keyCase, { keys }));
      }
      if (answer.labels?.length && keyCase.kind === 'bins' && keyCase.values.some(Number)) {
        assert.ok(await keyMismatch(keyCase, { ...answer, labels: ['other', ...answer.labels.slice(1)] }));
      }
    }
  });
});

const python = process.env.ORACLE_PYTHON;

test('as pandas has it, asked now', { skip: python ? false : 'ORACLE_PYTHON names no Python' }, async () => {
  const pandas = new PandasServer<KeyCase, KeyAnswer>(python as string, 'key_makers_server.py');
  try {
    const first = Date.now() % 1_000_000_000;
    const cases = Array.from({ length: 200 }, (_, k) => drawKeyCase(first + k));
    const answers = await pandas.ask(cases);
    for (const [k, keyCase] of cases.entries())
      assert.equal(await keyMismatch(keyCase, answers[k]), undefined, `case ${first + k}`);
  } finally {
    pandas.stop();
  }
});
