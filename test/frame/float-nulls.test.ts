import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Float16, Float32, Float64, Int32, Table, type Vector, vectorFromArray } from 'apache-arrow';
import { applyParallel, groupby, mapBatches, shareTable, shutdown, transformParallel } from 'apply-parallel';
import { dropNull } from 'apply-parallel/columns';

/* apache-arrow's toArray() gives what lies under a null. */

after(() => shutdown());

const make = () =>
  new Table({
    k: vectorFromArray(['a', 'b', 'a', 'b', 'a']),
    x: vectorFromArray([1, null, null, 4, 6], new Float64()),
    y: vectorFromArray([null, 2, null, null, 5], new Float32()),
    h: vectorFromArray([1, null, 2, 3, 4], new Float16()),
    n: vectorFromArray([1, null, null, 4, 6], new Int32()),
  });

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

describe('nulls of floats in a group that is an Arrow table', () => {
  for (const [name, given] of [
    ['a table', make() as Table],
    ['a table in shared memory', shareTable(make()) as Table],
  ] as const) {
    for (const nJobs of [1, 2]) {
      test(`are NaN in toArray(), of ${name}, with ${nJobs} workers`, async () => {
        const before = given.getChild('x')?.toArray().slice();
        const made = await applyParallel(
          groupby(given, 'k'),
          (g) => {
            const x = g.getChild('x') as Vector<Float64>;
            const present = dropNull(x).toArray();
            return {
              naive: x.toArray().reduce((a, b) => a + b, 0),
              mean: present.reduce((a, b) => a + b, 0) / present.length,
              nulls: x.nullCount,
              first: String(x.get(1)),
              y: dropNull(g.getChild('y') as Vector<Float32>).length,
              n: dropNull(g.getChild('n') as Vector<Int32>)
                .toArray()
                .reduce((a, b) => a + b, 0),
            };
          },
          { nJobs, output: 'records' },
        );
        assert.deepEqual(made, [
          { naive: Number.NaN, mean: 3.5, nulls: 1, first: 'null', y: 1, n: 7 },
          { naive: Number.NaN, mean: 4, nulls: 1, first: '4', y: 1, n: 4 },
        ]);
        assert.deepEqual(given.getChild('x')?.toArray(), before, 'the table stays as it was');
      });
    }
  }

  test('come back as nulls', async () => {
    const given = make();
    const rows = (table: Table) => table.toArray().map((row) => row.toJSON());
    const back = await applyParallel(groupby(given, 'k', { sort: false }), (g) => g);
    assert.deepEqual(rows(back).length, 5);
    assert.equal(back.getChild('x')?.nullCount, 2);
    assert.deepEqual(rows(await transformParallel(groupby(given, 'k'), (g) => g)), rows(given));
    assert.deepEqual(rows(await mapBatches(given, (g) => g, { batchRows: 2 })), rows(given));
    assert.ok(!Number.isNaN(sum(given.getChild('x')?.toArray() ?? [])), 'the table stays as it was');
  });

  test('are NaN in getGroup and in iteration too', () => {
    const given = make();
    const group = groupby(given, 'k').getGroup('a');
    assert.deepEqual(group.getChild('x')?.toArray(), Float64Array.of(1, Number.NaN, 6));
    assert.deepEqual(group.getChild('y')?.toArray(), Float32Array.of(Number.NaN, Number.NaN, 5));
    assert.deepEqual([...(group.getChild('x') ?? [])], [1, null, 6]);
    for (const [, each] of groupby(given, 'k'))
      assert.ok(Number.isNaN(sum(each.getChild('x')?.toArray() ?? [])));
    assert.ok(!Number.isNaN(sum(given.getChild('x')?.toArray() ?? [])));
  });
});
