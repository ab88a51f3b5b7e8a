import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { tableFromIPC, tableToIPC } from 'apache-arrow';
import { shutdown } from 'apply-parallel';
import type { OracleCase } from './case.js';
import { mismatch } from './check.js';
import { drawCase } from './draw-case.js';
import { functions } from './functions.js';
import { readRecorded } from './recorded.js';
import { shrink } from './shrink.js';

/* Random cases and what pandas and joblib made of them, recorded. `npm run test:oracle` asks them live. */

after(() => shutdown());

const recorded = readRecorded();

test('there are 300 recorded cases or more, some of every function', () => {
  assert.ok(recorded.length >= 300);
  const named = new Set(recorded.map(({ oracleCase }) => oracleCase.spec.function));
  assert.deepEqual([...named].sort(), Object.keys(functions).sort());
});

describe('as pandas and joblib have it', () => {
  for (const name of Object.keys(functions)) {
    test(name, async () => {
      for (const { oracleCase, answer } of recorded) {
        if (oracleCase.spec.function !== name) continue;
        const difference = await mismatch(oracleCase, answer);
        assert.equal(difference, undefined, `case ${oracleCase.seed}: ${JSON.stringify(oracleCase.spec)}`);
      }
    });
  }
});

describe('the comparison itself', () => {
  const { oracleCase, answer } = recorded.find(
    ({ oracleCase: { spec }, answer }) =>
      spec.function === 'running' && tableFromIPC(answer.expected ?? []).numRows > 1,
  ) as (typeof recorded)[number];
  const expected = tableFromIPC(answer.expected as Uint8Array);
  const wrong = (table: typeof expected) =>
    mismatch(oracleCase, { ...answer, expected: tableToIPC(table, 'file') });

  test('sees a row too few, columns in another order, another cell, an error that does not come', async () => {
    assert.match((await wrong(expected.slice(1))) ?? '', /rows/);
    assert.ok(await wrong(expected.select([...expected.schema.names].reverse())));
    const cells = expected.getChild('y')?.toArray() as Float64Array;
    const before = cells[1];
    cells[1] += 2 ** -30;
    const other = await wrong(expected);
    cells[1] = before;
    assert.match(other ?? '', /column y/);
    assert.equal(await wrong(expected), undefined);
    assert.match(
      (await mismatch(oracleCase, { error: 'ERR_SCHEMA_MISMATCH', differences: [] })) ?? '',
      /expected ERR_SCHEMA_MISMATCH/,
    );
  });

  test('a seed is a case: the same one every time', () => {
    assert.deepEqual(drawCase(77), drawCase(77));
    assert.notDeepEqual(drawCase(77).input, drawCase(78).input);
  });

  test('a failing case shrinks to the rows and columns that make it fail', async () => {
    const hasRow = ({ input }: OracleCase) => {
      const column = tableFromIPC(input).getChild('z');
      return column !== null && [...column].includes(expected.getChild('z')?.get(0));
    };
    const small = await shrink(oracleCase, 'fails', async (cases) =>
      cases.map((candidate) => (hasRow(candidate) ? 'fails' : undefined)),
    );
    const table = tableFromIPC(small.oracleCase.input);
    assert.equal(table.numRows, 1);
    assert.deepEqual([...table.schema.names].sort(), [...oracleCase.spec.by, 'z'].sort());
  });
});
