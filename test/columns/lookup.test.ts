import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { makeData, TimestampNanosecond, Vector } from 'apache-arrow';
import { shutdown } from 'apply-parallel';
import { lookup, take } from 'apply-parallel/columns';

/* What the helpers make of values is compared with pandas in pandas.test.ts. */

after(() => shutdown());

const invalid = (message: RegExp) => ({ code: 'ERR_INVALID_OPTION', message });
describe('lookup', () => {
  const items = [
    { item: 'tea', store: 1, brand: 'Elm', list: 4 },
    { item: 'cake', store: 2, brand: 'Larch', list: 9 },
  ];
  const sales = { item: ['cake', 'jam', 'tea'], store: Int32Array.of(2, 2, 1) };

  test('by several keys, other names, some columns and a prefix', () => {
    const made = lookup(sales, items, { on: ['item', 'store'], columns: ['list'], prefix: 'item_' });
    assert.deepEqual(Object.keys(made), ['item', 'store', 'item_list']);
    assert.deepEqual(made.item_list, Float64Array.of(9, Number.NaN, 4));
    const other = lookup({ code: ['tea'] }, items, { on: { code: 'item' }, how: 'inner' });
    assert.deepEqual([[...other.brand], [...other.store]], [['Elm'], [1]]);
  });

  test('numbers of any width and times of any unit are equal by value', () => {
    const table = { id: BigInt64Array.of(1n, 2n ** 60n), x: Float64Array.of(5, 6) };
    assert.deepEqual(
      lookup({ id: Int8Array.of(1, 2) }, table, { on: 'id' }).x,
      Float64Array.of(5, Number.NaN),
    );
    assert.deepEqual(lookup({ id: BigInt64Array.of(2n ** 60n) }, table, { on: 'id' }).x, Float64Array.of(6));
    const at = new Vector([
      makeData({ type: new TimestampNanosecond(), data: BigInt64Array.of(5_000_000n, 5_000_001n) }),
    ]);
    assert.deepEqual(
      lookup({ at }, { at: [new Date(5)], x: [7] }, { on: 'at' }).x,
      Float64Array.of(7, Number.NaN),
    );
  });

  test('whole numbers close together, other numbers and none are found alike', () => {
    const keys = [5, -0, 7.5, Number.NaN, 3, 2 ** 40, -3, 6];
    for (const own of [
      [0, 3, 5, 6],
      [-3, 0, 3, 1e9],
      [0, 7.5, 3],
      [Number.NaN, 0, 5],
      [2 ** 40, 2 ** 40 + 2],
    ]) {
      const expected = keys.map((key) => {
        const row = own.findIndex((value) => value === key || (Number.isNaN(value) && Number.isNaN(key)));
        return row < 0 ? Number.NaN : row * 10;
      });
      const table = {
        key: Float64Array.from(own),
        other: own.map(() => 'x'),
        tens: own.map((_, row) => row * 10),
      };
      const group = { key: Float64Array.from(keys), other: keys.map(() => 'x') };
      for (const on of ['key', ['other', 'key'], ['key', 'other']]) {
        const { tens } = lookup(group, table, { on, columns: ['tens'] });
        assert.deepEqual(Float64Array.from(tens), Float64Array.from(expected));
      }
    }
    const twice = { key: Int32Array.of(4, 5, 4), tens: Int32Array.of(1, 2, 3) };
    assert.throws(() => lookup({ key: [4] }, twice, { on: 'key' }), invalid(/rows 0 and 2 .* same key 4 /));
  });

  test('a change to the result changes neither the table nor the group', () => {
    const table = { item: ['tea', 'cake'], price: Float64Array.of(4, 9) };
    lookup({ item: ['tea', 'cake'] }, table, { on: 'item' }).price.fill(0);
    assert.deepEqual(table.price, Float64Array.of(4, 9));
  });

  test('rows and columns that are added later are found', () => {
    const rows = [{ k: 1, x: 1 }];
    assert.deepEqual([...lookup({ k: [2] }, rows, { on: 'k' }).x], [Number.NaN]);
    rows.push({ k: 2, x: 5 });
    assert.deepEqual([...lookup({ k: [2] }, rows, { on: 'k' }).x], [5]);
    const columns: { [name: string]: number[] } = { k: [2], x: [1] };
    lookup({ k: [2] }, columns, { on: 'k' });
    columns.y = [3];
    assert.deepEqual(Object.keys(lookup({ k: [2] }, columns, { on: 'k' })), ['k', 'x', 'y']);
  });

  test('a table without rows, and a group without rows', () => {
    assert.deepEqual(
      lookup({ k: ['a'] }, { k: [] as string[], x: Float64Array.of() }, { on: 'k' }).x,
      Float64Array.of(Number.NaN),
    );
    const none = take({ k: ['a'] }, []);
    assert.equal(
      lookup(
        none,
        items.map(({ item, list }) => ({ k: item, list })),
        { on: 'k' },
      ).list.length,
      0,
    );
  });

  test('what it cannot do is said', () => {
    const run = (table: unknown, options: object) => () => lookup(sales, table, options as { on: string });
    assert.throws(
      run([...items, items[0]], { on: 'item' }),
      invalid(/rows 0 and 2 of the table have the same key 'tea' \(item\)/),
    );
    assert.throws(
      run([{ item: 3, x: 1 }], { on: 'item' }),
      invalid(/type Utf8 in the group, but 'item' has type Float64/),
    );
    assert.throws(run([{ item: ['a'], x: 1 }], { on: 'item' }), invalid(/keys are texts, numbers/));
    assert.throws(run(items, { on: 'itm' }), { code: 'ERR_UNKNOWN_COLUMN', message: /did you mean 'item'/ });
    assert.throws(run(items, { on: { item: 'itm' } }), {
      code: 'ERR_UNKNOWN_COLUMN',
      message: /table has no column 'itm'/,
    });
    assert.throws(run(items, { on: 'item', columns: ['brnd'] }), {
      code: 'ERR_UNKNOWN_COLUMN',
      message: /'brand'/,
    });
    assert.throws(run(items, { on: 'item' }), invalid(/has a column 'store' already; choose columns/));
    assert.throws(run(3, { on: 'item' }), { code: 'ERR_NOT_A_FRAME', message: /got 3/ });
    assert.throws(run(items, {}), invalid(/takes \{ on: 'name of a column' \}/));
    assert.throws(run(items, { on: [] }), invalid(/on must be the name/));
    assert.throws(run(items, { on: 'item', how: 'outer' }), invalid(/how must be 'left' or 'inner'/));
  });
});
