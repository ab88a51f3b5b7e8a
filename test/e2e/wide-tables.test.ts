// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Table as ArrowTable, Int32, makeVector, type Table, vectorFromArray } from 'apache-arrow';
import { applyParallel, groupby } from 'apply-parallel';

/** A table of many columns; `c5` holds 5 times the row. */
function wide(columns: number, rows: number, groups: number): Table {
  const data: { [name: string]: ReturnType<typeof makeVector> } = {
    k: vectorFromArray(
      Array.from({ length: rows }, (_, i) => i % groups),
      new Int32(),
    ),
  };
  for (let c = 0; c < columns; c++)
    data[`c${c}`] = makeVector(Float64Array.from({ length: rows }, (_, i) => i * c));
  return new ArrowTable(data);
}

for (const nJobs of [1, 2]) {
  for (const input of ['columns', 'records', 'arrow'] as const) {
    test(`2,000 columns, 20 groups, ${input}, nJobs ${nJobs}`, async () => {
      const table = wide(2000, 60, 20);
      const out = (await applyParallel(groupby(table, 'k'), (group: object) => group, {
        nJobs,
        input,
        output: 'arrow',
      })) as Table;
      assert.deepEqual([out.numRows, out.numCols], [60, 2001]);
      assert.deepEqual(out.schema.fields.map(String), table.schema.fields.map(String));
      // Rows 0, 20, 40 are the first group.
      assert.deepEqual([...(out.getChild('c1999') ?? [])].slice(0, 4), [0, 20 * 1999, 40 * 1999, 1999]);
    });
  }

  test(`20,000 columns, and a new one, nJobs ${nJobs}`, async () => {
    const table = wide(20_000, 40, 20);
    const add = (group: { c7: Float64Array }) => ({ ...group, z: group.c7.map((value) => value + 1) });
    const out = (await applyParallel(groupby(table, 'k'), add, {
      nJobs,
      input: 'columns',
      output: 'arrow',
    })) as Table;
    assert.deepEqual([out.numRows, out.numCols], [40, 20_002]);
    assert.equal(String(out.getChild('z')?.type), 'Float64');
    assert.deepEqual([...(out.getChild('z') ?? [])].slice(0, 3), [1, 141, 8]);
    assert.deepEqual([...(out.getChild('c3') ?? [])].slice(0, 3), [0, 60, 3]);
  });
}
