import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApplyError, applyParallel, groupby } from 'apply-parallel';
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
