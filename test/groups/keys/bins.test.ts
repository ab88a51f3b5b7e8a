import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import {
  Table as ArrowTable,
  type Dictionary,
  Float16,
  makeVector,
  type Table,
  tableFromArrays,
  vectorFromArray,
} from 'apache-arrow';
import { applyParallel, bins, groupby, quantiles, shareTable, shutdown } from 'apply-parallel';
import { DataFrame } from 'danfojs-node';

after(() => shutdown());

const price = [4, 10, 250, null, 0, Number.NaN, Number.POSITIVE_INFINITY];
const frame = { price };
const invalid = { code: 'ERR_INVALID_OPTION' };
const bad = (find: () => unknown, message: RegExp) => assert.throws(find, { ...invalid, message });

describe('bins', () => {
  test('kinds of frames and types of numbers', () => {
    const maker = bins('price', [0, 10, 1000], { labels: ['small', 'large'] });
    const finite = [4, 10, 250];
    for (const given of [
      frame,
      price.map((value) => ({ price: value })),
      new DataFrame({ price: finite }),
      tableFromArrays({ price: Uint8Array.from(finite) }),
      tableFromArrays({ price: BigInt64Array.from(finite, BigInt) }),
      tableFromArrays({ price: Float32Array.from(finite) }),
      new ArrowTable({ price: vectorFromArray(finite, new Float16()) }),
    ]) {
      const grouped = groupby(given, maker);
      assert.deepEqual(grouped.keys, ['small', 'large']);
      assert.deepEqual(grouped.sizes(), [2, 1]);
    }
  });

  test('in the order of the bins, unused ones with observed: false', () => {
    const maker = bins('price', [0, 5, 20, 50, 1000], { labels: ['z', 'y', 'x', 'w'] });
    assert.deepEqual(groupby(frame, maker).keys, ['z', 'y', 'w']);
    assert.deepEqual(groupby(frame, maker, { observed: false }).sizes(), [1, 1, 0, 1]);
    assert.deepEqual(groupby(frame, maker, { dropna: false }).keys, ['z', 'y', 'w', null]);
    assert.deepEqual(groupby(frame, maker, { sort: false }).keys, ['z', 'y', 'w']);
  });

  test('an edge that rounds to nothing from below is -0.0, as in numpy', () => {
    const values = Float64Array.from({ length: 116 }, (_, i) => i);
    assert.deepEqual(groupby({ price: values }, bins('price', 2, { precision: 0 })).keys, [
      '(-0.0, 58.0]',
      '(58.0, 115.0]',
    ]);
  });

  test('the key column is an ordered dictionary of all labels, or numbers', async () => {
    const table = tableFromArrays({ price: Float64Array.of(1, 20, 3), x: Int32Array.of(1, 2, 3) });
    const counted = (g: Table) => ({ n: [g.numRows] });
    const out = (await applyParallel(groupby(table, bins('price', [0, 10, 100], { name: 'size' })), counted, {
      groupKeys: true,
    })) as Table;
    const { type, name } = out.schema.fields[0];
    assert.equal(name, 'size');
    assert.ok((type as Dictionary).isOrdered);
    assert.deepEqual([...(out.getChild('size') ?? [])], ['(0, 10]', '(10, 100]']);
    const numbers = await applyParallel(groupby(table, bins('price', 2, { labels: false })), counted, {
      groupKeys: true,
      output: 'records',
    });
    assert.deepEqual(numbers, [
      { price: 0, n: 2 },
      { price: 1, n: 1 },
    ]);
    assert.deepEqual(groupby(table, [bins('price', 2, { labels: [10, 20] }), 'x']).keys[0], [10, 1]);
  });

  test('64-bit integers are compared exactly', () => {
    const big = 2n ** 53n;
    const table = tableFromArrays({ id: BigInt64Array.of(big, big + 1n, -big - 1n) });
    assert.deepEqual(
      groupby(table, bins('id', [0, 2 ** 53, 2 ** 54], { labels: ['a', 'b'] })).sizes(),
      [1, 1],
    );
    const unsigned = tableFromArrays({ id: BigUint64Array.of(2n ** 64n - 1n) });
    assert.equal(groupby(unsigned, bins('id', [0, Infinity])).size, 1);
  });

  test('in workers, with and without the keys of no row', async () => {
    const length = 1_100_000;
    const price = Float64Array.from({ length }, (_, row) =>
      row % 1000 === 7 ? Number.NaN : (row * 31) % 1201,
    );
    const shared = shareTable(new ArrowTable({ price: makeVector(price) })) as ArrowTable;
    const maker = bins('price', [0, 100, 100.5, 300, 2000], { labels: ['d', 'c', 'b', 'a'] });
    for (const options of [{}, { sort: false }, { dropna: false }, { observed: false }]) {
      const [byWorkers, here] = await Promise.all(
        ([{ nJobs: 2 }, { backend: 'inline' }] as const).map(async (how) => {
          const grouped = groupby(shared, maker, options);
          const run = (group: ArrowTable) => ({ n: [group.numRows] });
          const table = (await applyParallel(grouped, run, { ...how, groupKeys: true })) as ArrowTable;
          return table.toArray().map((row) => row.toJSON());
        }),
      );
      assert.deepEqual(byWorkers, here);
      assert.equal(here.length, 'observed' in options ? 4 : 'dropna' in options ? 4 : 3);
    }
  });

  test('no rows, no values', () => {
    for (const values of [[], [null, null], [Number.NaN]]) {
      const given = { price: values, x: values.map(() => 1) };
      for (const maker of [
        bins('price', [0, 1]),
        bins('price', 3),
        quantiles('price', 2),
        bins('price', 2, { labels: false }),
      ]) {
        assert.deepEqual(groupby(given, maker).keys, []);
        assert.deepEqual(
          groupby(given, maker, { dropna: false }).sizes(),
          values.length > 0 ? [values.length] : [],
        );
      }
    }
  });

  test('quantiles at infinities are these', () => {
    const some = { x: [1, 2, 3, Number.POSITIVE_INFINITY] };
    assert.deepEqual(groupby(some, quantiles('x', [0, 0.5, 1])).keys, ['(0.999, 2.5]', '(2.5, inf]']);
    bad(() => groupby({ x: [-Infinity, Infinity] }, quantiles('x', 2)).keys, /between infinities/);
    bad(() => groupby(some, bins('x', 3)).keys, /infinities/);
  });

  test('bad input', () => {
    bad(() => bins('p', [1]), /two or more numbers/);
    bad(() => bins('p', [] as number[]), /two or more numbers/);
    bad(() => bins('p', ['a', 'b'] as never), /two or more numbers/);
    bad(() => bins('p', [0, Number.NaN]), /two or more numbers/);
    bad(() => bins('p', 0), /positive whole number/);
    bad(() => bins('p', 2.5), /positive whole number/);
    bad(() => bins('p', undefined as never), /two or more numbers/);
    bad(() => bins('p', [3, 2]), /must ascend, but 2 comes after 3/);
    bad(() => bins('p', [1, 2, 3], { labels: ['a'] }), /2 bins need 2 labels, one for each, got 1/);
    bad(() => bins('p', 3, { labels: ['a'] }), /3 bins need 3 labels/);
    bad(() => bins('p', [1, 2, 3], { labels: ['a', 'a'] }), /labels must differ/);
    bad(() => bins('p', [1, 2, 3], { labels: ['a', 1] }), /labels must be/);
    bad(() => bins('p', [1, 2, 3], { labels: true as never }), /labels must be/);
    bad(() => bins('p', [1, 2], { precision: -1 }), /precision must be/);
    bad(() => bins('p', [1, 2], { lables: [] } as never), /did you mean 'labels'/);
    bad(() => bins(5 as never, [1, 2]), /name of a column/);
    bad(() => groupby(frame, bins('price', [1, 1, 3])).keys, /not all different.*drop/);
    bad(
      () => groupby(frame, bins('price', [1, 1, 3], { duplicates: 'drop', labels: ['a', 'b'] })).keys,
      /1 bins/,
    );
    assert.deepEqual(groupby(frame, bins('price', [1, 1, 300], { duplicates: 'drop' })).sizes(), [3]);
    bad(
      () => groupby({ price: ['a'] }, bins('price' as string, [1, 2])),
      /column 'price' is Utf8; bins take numbers/,
    );
    bad(() => groupby({ price: [true] }, quantiles('price', 2)), /is Bool/);
    assert.throws(() => groupby(frame, bins('prize' as string, [1, 2])), {
      code: 'ERR_UNKNOWN_COLUMN',
      message: /'price'/,
    });
    bad(() => quantiles('p', 0), /positive whole number/);
    bad(() => quantiles('p', [0, 2]), /from 0 to 1/);
    bad(() => quantiles('p', [0.5, 0.25]), /must ascend/);
    bad(() => quantiles('p', 2, { right: true } as never), /no option 'right'/);
    bad(() => quantiles('p', 2, { labels: ['a'] }), /2 bins need 2 labels/);
    bad(() => groupby({ x: [1, 1, 1, 2] }, quantiles('x', 4)).keys, /not all different/);
  });
});
