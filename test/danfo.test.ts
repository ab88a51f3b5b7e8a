// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApplyError, applyParallel, delayed, groupby, Parallel } from 'apply-parallel';
import 'apply-parallel/danfo';
import { DataFrame } from 'danfojs-node';

const sales = () =>
  new DataFrame({ shop: ['b', 'a', 'b', 'a'], size: ['s', 's', 'l', 's'], price: [1, 2, 5, 4] });
const rows = (frame: unknown) => (frame as DataFrame).values;
const isUnknownColumn = (error: unknown) =>
  error instanceof ApplyError && error.code === 'ERR_UNKNOWN_COLUMN';

describe("import 'apply-parallel/danfo'", () => {
  it('groups by a bare name, and applies in workers', async () => {
    const rate = 2;
    const fn = (g: DataFrame) =>
      g.addColumn('centred', g.column('price').sub(g.column('price').mean()).mul(rate));
    const out = await sales().groupby('shop').applyParallel(fn, { nJobs: 2 });
    assert.ok(out instanceof DataFrame);
    assert.deepEqual(out.columns, ['shop', 'size', 'price', 'centred']);
    assert.deepEqual(out.index, [0, 1, 2, 3]);
    assert.deepEqual(rows(out), [
      ['a', 's', 2, -2],
      ['a', 's', 4, 2],
      ['b', 's', 1, -4],
      ['b', 'l', 5, 4],
    ]);
    assert.deepEqual(rows(out), rows(await applyParallel(groupby(sales(), 'shop'), fn, { nJobs: 1 })));
  });

  it('changes the danfojs of workers, too', async () => {
    const inner = (g: DataFrame) => g.groupby('size').col(['price']).sum() as DataFrame;
    const unknown = (g: DataFrame) => g.groupby(['nope']).col(['price']).sum() as DataFrame;
    const nested = (g: DataFrame) => g.groupby(['size']).applyParallel((h) => h.head(1) as DataFrame);
    for (const nJobs of [1, 2]) {
      const sums = await sales().groupby('shop').applyParallel(inner, { nJobs });
      assert.deepEqual(rows(sums), [
        ['s', 6],
        ['s', 1],
        ['l', 5],
      ]);
      const first = await sales().groupby('shop').applyParallel(nested, { nJobs });
      assert.deepEqual(first.column('price').values, [2, 5, 1]);
      await assert.rejects(
        sales().groupby('shop').applyParallel(unknown, { nJobs }),
        /there is no column 'nope'/,
      );
      const made = (data: object) => rows(new DataFrame(data).groupby('k').sum());
      assert.deepEqual(await Parallel({ nJobs })([delayed(made)({ k: ['a', 'a'], x: [1, 2] })]), [
        [['a', 3]],
      ]);
    }
    const captured = sales();
    const sizes = await applyParallel(
      groupby([{ k: 1 }], 'k'),
      () => ({ n: captured.groupby('size').ngroups }),
      { nJobs: 2 },
    );
    assert.deepEqual(sizes, [{ n: 2 }]);
  });

  it('takes a list too, and options, and gives the function its context', async () => {
    const grouped = sales().groupby(['shop', 'size']);
    const out = await grouped.applyParallel(
      (g, { key, index }) => ({ key: String(key), index, n: g.shape[0] }),
      {
        output: 'records',
        nJobs: 2,
      },
    );
    assert.deepEqual(out, [
      { key: 'a,s', index: 0, n: 2 },
      { key: 'b,l', index: 1, n: 1 },
      { key: 'b,s', index: 2, n: 1 },
    ]);
  });

  it('groups by columns whose names are properties of a DataFrame', async () => {
    const frame = new DataFrame({ columns: ['a', 'b'], values: [1, 2], shape: [3, 4] });
    const count = (g: { values: Float64Array }) => ({ n: g.values.length });
    const out = await frame
      .groupby('columns')
      .applyParallel(count, { input: 'columns', output: 'records', nJobs: 1 });
    assert.deepEqual(out, [{ n: 1 }, { n: 1 }]);
  });

  it('refuses a column that does not exist, at once', () => {
    assert.throws(() => sales().groupby('shopp'), /there is no column 'shopp'; did you mean 'shop'\?/);
    assert.throws(() => sales().groupby('shopp'), isUnknownColumn);
    assert.throws(() => sales().groupby(['shop', 'nope']), isUnknownColumn);
    assert.throws(() => sales().groupby([]), /expected a column's name or a list of names, got \[\]/);
    assert.throws(() => sales().groupby(5 as never), /expected a column's name or a list of names, got 5/);
  });

  it('makes the groups of danfojs of the rows as they were', () => {
    const frame = sales();
    const earlier = [frame.groupby('shop'), frame.groupby(['shop'])];
    frame.price = frame.price.mul(100).values as never;
    frame.addColumn('more', [1, 1, 1, 1], { inplace: true });
    const later = frame.groupby('shop');
    frame.price = frame.price.mul(100).values as never;
    frame.sortValues('price', { inplace: true });
    const sums = [...earlier, later].map((grouped) => rows(grouped.col(['price']).sum()));
    const sum = (factor: number) => [
      ['b', 6 * factor],
      ['a', 6 * factor],
    ];
    assert.deepEqual(sums, [sum(1), sum(1), sum(100)]);
    assert.deepEqual(earlier[0].columnName, ['shop', 'size', 'price']);
    assert.deepEqual(frame.price.values, [10_000, 20_000, 40_000, 50_000]);
  });

  it('leaves what danfojs does with a Groupby as it was', () => {
    const grouped = sales().groupby('shop');
    assert.deepEqual(rows(grouped.col(['price']).sum()), [
      ['b', 6],
      ['a', 6],
    ]);
    assert.deepEqual(rows(grouped.getGroup(['a'])), [
      ['a', 's', 2],
      ['a', 's', 4],
    ]);
    assert.deepEqual(Object.keys(grouped.colDict), ['b', 'a']);
    assert.deepEqual(rows(sales().groupby(['shop']).col(['price']).max()), [
      ['b', 5],
      ['a', 4],
    ]);
    assert.equal(sales().groupby('shop').ngroups, 2);
    assert.deepEqual(grouped.keyToValue, { b: ['b'], a: ['a'] });
  });

  it('does not make the groups of danfojs, which are not needed', async () => {
    const grouped = sales().groupby('shop');
    await grouped.applyParallel((g) => g, { nJobs: 1 });
    const { get } = Object.getOwnPropertyDescriptor(grouped, 'colDict') ?? {};
    assert.equal(typeof get, 'function');
  });
});
