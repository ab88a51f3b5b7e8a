import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { PandasServer } from '../oracle/pandas-server.js';
import type { HelperAnswer, HelperCase } from './support/case.js';
import { helperMismatch } from './support/check.js';
import { drawHelperCase } from './support/draw-case.js';

/*
 * Random cases of windows and helpers, compared with pandas; `npm run test:oracle:columns` runs more of them.
 */

const recorded = JSON.parse(
  readFileSync(new URL('../../fixtures/columns/cases.json', import.meta.url), 'utf8'),
) as { readonly helperCase: HelperCase; readonly answer: HelperAnswer }[];

describe('as pandas has it, recorded', () => {
  const ops = [...new Set(recorded.map(({ helperCase }) => helperCase.op))];
  assert.equal(ops.length, 10);
  for (const op of ops) {
    test(op, () => {
      for (const { helperCase, answer } of recorded.filter((each) => each.helperCase.op === op)) {
        assert.equal(helperMismatch(helperCase, answer), undefined, JSON.stringify(helperCase));
      }
    });
  }

  test('the comparison sees another value, another order and a missing row', () => {
    for (const { helperCase, answer } of recorded) {
      const { values, columns } = answer;
      if (values?.some((value) => typeof value === 'number')) {
        const other = values.map((value) => (typeof value === 'number' ? value + 1 : value));
        assert.ok(helperMismatch(helperCase, { values: other }));
        assert.ok(helperMismatch(helperCase, { values: values.slice(1) }));
      }
      const [name, first] = Object.entries(columns ?? {})[0] ?? [];
      if (name !== undefined && first && new Set(first).size > 1) {
        assert.ok(
          helperMismatch(helperCase, { columns: { ...columns, [name]: [first[0], ...first.slice(0, -1)] } }),
        );
      }
    }
  });
});

const python = process.env.ORACLE_PYTHON;

test('as pandas has it, asked now', { skip: python ? false : 'ORACLE_PYTHON names no Python' }, async () => {
  const pandas = new PandasServer<HelperCase, HelperAnswer>(python as string, 'columns_server.py');
  try {
    const first = Date.now() % 1_000_000_000;
    const cases = Array.from({ length: 200 }, (_, k) => drawHelperCase(first + k));
    const answers = await pandas.ask(cases);
    for (const [k, helperCase] of cases.entries()) {
      assert.equal(helperMismatch(helperCase, answers[k]), undefined, `case ${first + k}`);
    }
  } finally {
    pandas.stop();
  }
});
