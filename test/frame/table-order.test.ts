// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Field, Float64, Schema, type Table } from 'apache-arrow';
import { applyParallel, groupby, Memory, shutdown } from 'apply-parallel';
import { dataOf, tableOf } from '#dist/arrow/index.js';
import { inTableOrder } from '#dist/frame/table-order.js';

after(() => shutdown());

/** Makes a table with these columns, in this order. An object of arrays would have the years first. */
function tableOfYears(...names: string[]): Table {
  const schema = new Schema(names.map((name) => new Field(name, new Float64(), true)));
  const columns = names.map((_, k) =>
    dataOf(new Float64(), 4, 0, { values: Float64Array.of(k, k, k, k + 1) }),
  );
  return tableOf(schema, [{ schema, columns, numRows: 4 }]);
}

const table = tableOfYears('k', '2021', 'name', '2019', '2020');
const names = ({ schema }: Table) => schema.fields.map(({ name }) => name);

for (const nJobs of [1, 2]) {
  test(`results in the columns and records forms have the table's order, nJobs: ${nJobs}`, async () => {
    const byK = groupby(table, 'k');
    for (const input of ['columns', 'records', 'danfo', 'arquero', 'arrow'] as const) {
      const out = await applyParallel(byK, (g: object) => g, { nJobs, input, output: 'arrow' });
      assert.deepEqual(names(out), names(table), input);
    }
    // The function makes other arrays, of one class in every group.
    const numbers = await applyParallel(
      byK,
      (g) => ({ ...g, 2019: Float64Array.from(g.k as Float64Array, (x) => x * 2) }),
      {
        nJobs,
        input: 'columns',
        output: 'arrow',
      },
    );
    assert.deepEqual(names(numbers), names(table));
    assert.deepEqual([...(numbers.getChild('2019') ?? [])], [0, 0, 0, 2]);
    const fewer = await applyParallel(
      byK,
      ([row]) => ({ total: 1, 2020: row[2020], name: row.name, 2021: 5 }),
      {
        nJobs,
        input: 'records',
        output: 'arrow',
      },
    );
    assert.deepEqual(names(fewer), ['total', '2021', 'name', '2020']);
  });
}

test('results without rows, and those of a cache, have it too', async () => {
  const byK = groupby(table, 'k');
  const none = await applyParallel(byK, (g) => g.slice(0, 0), {
    nJobs: 1,
    input: 'records',
    output: 'arrow',
  });
  assert.deepEqual(names(none), names(table));
  const cache = new Memory({ location: mkdtempSync(join(tmpdir(), 'table-order-')) });
  for (const _ of ['run', 'read']) {
    const out = await applyParallel(byK, (g: object[]) => g, {
      nJobs: 1,
      input: 'records',
      output: 'arrow',
      cache,
    });
    assert.deepEqual(names(out), names(table));
  }
});

test('columns that the table does not have, and those with other names, stay where they are', () => {
  const order = (given: readonly string[], result: readonly string[]) => {
    const positions = new Map(given.map((name, k) => [name, k]));
    const columns = result.map((name) => ({ field: new Field(name, new Float64()), chunks: [] }));
    return inTableOrder(columns, positions).map(({ field }) => field.name);
  };
  assert.deepEqual(order(['b', 'a', '1'], ['1', 'a', 'b']), ['a', '1', 'b']);
  assert.deepEqual(order(['2', '1', 'a'], ['1', '2', 'z', 'a']), ['z', '2', '1', 'a']);
  assert.deepEqual(order(['2', '1'], ['1', '2']), ['2', '1']);
  assert.deepEqual(order(['2', '1'], ['1', '2', '3', 'z']), ['2', '1', '3', 'z']);
  assert.deepEqual(order(['a', '7'], ['3', '7', 'a']), ['3', 'a', '7']);
  assert.deepEqual(order(['01', '1', '4294967295', '-1'], ['1', '01', '4294967295']), [
    '01',
    '1',
    '4294967295',
  ]);
  assert.deepEqual(order(['a'], ['b', 'a']), ['b', 'a']);
  assert.deepEqual(order([], []), []);
});

test('twenty thousand years take no time', async () => {
  const wide = tableOfYears('k', ...Array.from({ length: 20_000 }, (_, year) => String(30_000 - year)));
  const out = await applyParallel(groupby(wide, 'k'), (g) => g, {
    nJobs: 1,
    input: 'columns',
    output: 'arrow',
  });
  assert.deepEqual(names(out), names(wide));
});
