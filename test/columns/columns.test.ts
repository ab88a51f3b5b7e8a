import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import {
  Dictionary,
  Float64,
  Int32,
  makeData,
  Table,
  TimestampNanosecond,
  tableFromArrays,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { applyParallel, groupby, shutdown } from 'apply-parallel';
import * as helpers from 'apply-parallel/columns';
import {
  cumsum,
  diff,
  dropNull,
  fillNull,
  filterRows,
  lookup,
  shift,
  slice,
  sortBy,
  take,
} from 'apply-parallel/columns';

/* What the helpers make of values is compared with pandas in pandas.test.ts. */

after(() => shutdown());

const invalid = (message: RegExp) => ({ code: 'ERR_INVALID_OPTION', message });

describe('columns', () => {
  test('integers stay integers where a fill is given, or nothing is missing', () => {
    assert.deepEqual(shift(BigInt64Array.of(1n, 2n), 1, { fill: 7n }), BigInt64Array.of(7n, 1n));
    assert.deepEqual(shift(Uint8Array.of(1, 2), -1, { fill: 0 }), Uint8Array.of(2, 0));
    assert.deepEqual(shift(Float32Array.of(1, 2)), Float32Array.of(Number.NaN, 1));
    assert.deepEqual(cumsum(Int8Array.of(100, 100)), Float64Array.of(100, 200));
    assert.deepEqual(cumsum(BigInt64Array.of(2n ** 60n, 1n)), BigInt64Array.of(2n ** 60n, 2n ** 60n + 1n));
    const integers = Int32Array.of(1, 2);
    assert.equal(fillNull(integers, 0), integers);
    assert.equal(shift(integers, 0), integers);
    assert.equal(dropNull(integers), integers);
  });

  test('plain numbers are moved, filled and taken as vectors of Arrow are', () => {
    const plain = (column: unknown) =>
      Array.from(column as Iterable<number | null>, (value) => (Number.isNaN(value) ? null : value));
    const lists = [[], [3], [Number.NaN, 2, Number.NaN, Number.NaN, 5, Number.NaN], [Number.NaN, Number.NaN]];
    for (const list of lists) {
      for (const floats of [Float64Array.from(list), Float32Array.from(list)]) {
        const nulls = list.map((value) => (Number.isNaN(value) ? null : value));
        const typed = vectorFromArray(nulls, new Float64());
        for (const periods of [-9, -1, 0, 1, 2, 9]) {
          assert.deepEqual(plain(shift(floats, periods)), plain(shift(typed, periods)));
        }
        for (const method of ['forward', 'backward'] as const) {
          for (const options of [{ method }, { method, limit: 1 }]) {
            assert.deepEqual(plain(fillNull(floats, options)), plain(fillNull(typed, options)));
          }
        }
        assert.equal(fillNull(floats, 7).constructor, floats.constructor);
        assert.deepEqual(plain(fillNull(floats, 7)), plain(list.map((value) => value || 7)));
      }
    }
    assert.deepEqual(shift(Int8Array.of(1, 2, 3), -2), Float64Array.of(3, Number.NaN, Number.NaN));
    assert.deepEqual(take(Uint32Array.of(1, 2, 3), [2, 0]), Uint32Array.of(3, 1));
  });

  test('vectors of Arrow keep their types', () => {
    const at = new Vector([
      makeData({ type: new TimestampNanosecond(), data: BigInt64Array.of(5n, 2_000_005n) }),
    ]);
    assert.deepEqual(shift(at).type, at.type);
    assert.equal(shift(at).data[0].values[1], 5n);
    assert.deepEqual(diff(at).toJSON(), [null, 2]);
    const shops = vectorFromArray(['a', null, 'b'], new Dictionary(new Utf8(), new Int32()));
    assert.deepEqual(fillNull(shops, 'none').toJSON(), ['a', 'none', 'b']);
    assert.ok(fillNull(shops, 'none').type instanceof Dictionary);
    assert.equal(fillNull(shops, { method: 'forward' }).data[0].dictionary, shops.data[0].dictionary);
    assert.deepEqual(dropNull(vectorFromArray([3, null, 8], new Int32())).toArray(), Int32Array.of(3, 8));
    assert.deepEqual(
      take(vectorFromArray([[1], [2, 3], null]), [1, 1, 2])
        .toJSON()
        .map(String),
      [String(vectorFromArray([2, 3])), String(vectorFromArray([2, 3])), 'null'],
    );
  });

  test('arrays become columns of the columns form', () => {
    assert.deepEqual(shift([1, 2, 3]), Float64Array.of(Number.NaN, 1, 2));
    assert.deepEqual([...shift(['a', 'b'])], [null, 'a']);
    assert.deepEqual(diff([new Date(0), new Date(1500)]), Float64Array.of(Number.NaN, 1500));
    assert.deepEqual([...fillNull([null, null], 'x')], ['x', 'x']);
    assert.deepEqual([...fillNull([new Date(0), null], new Date(5))], [0, 5]);
    assert.deepEqual([...shift([null, null])], [null, null]);
    assert.equal(cumsum([null, null]).length, 2);
  });

  test('what they cannot do is said', () => {
    assert.throws(
      () => shift(3 as never),
      invalid(/shift: a column is a typed array, an array or a vector, got 3/),
    );
    assert.throws(() => shift('abc' as never), invalid(/got 'abc'/));
    assert.throws(() => shift([1], 0.5), invalid(/periods must be a whole number, got 0.5/));
    assert.throws(() => shift([1], 1, { fil: 0 } as never), invalid(/no option 'fil'; did you mean 'fill'/));
    assert.throws(() => shift(Int8Array.of(1), 1, { fill: 300 }), invalid(/type Int8 cannot hold 300/));
    assert.throws(() => shift(Int8Array.of(1), 1, { fill: 0.5 }), invalid(/cannot hold 0.5/));
    assert.throws(() => shift(BigInt64Array.of(1n), 1, { fill: 2n ** 63n }), invalid(/cannot hold/));
    assert.throws(() => diff(['a']), invalid(/numbers or times is needed, got one of type Utf8/));
    assert.throws(() => cumsum(['a']), invalid(/numbers is needed, got one of type Utf8/));
    assert.throws(() => fillNull(['a'], 3), invalid(/type Utf8 cannot hold 3/));
    assert.throws(
      () => fillNull([1], { method: 'ffill' } as never),
      invalid(/method must be 'forward' or 'backward'/),
    );
    assert.throws(() => fillNull([1], {} as never), invalid(/method must be/));
    assert.throws(() => fillNull([1], { method: 'forward', limit: 0 }), invalid(/limit must be/));
  });
});

describe('rows', () => {
  const frame = { shop: ['b', 'a', 'b'], price: Float64Array.of(3, 4, 8) };

  test('rows that follow each other are views, all rows the frame itself', () => {
    assert.equal(
      filterRows(frame, () => true),
      frame,
    );
    assert.equal(sortBy(frame, 'price'), frame);
    assert.equal(slice(frame), frame);
    for (const made of [take(frame, [1, 2]), slice(frame, 1), filterRows(frame, (row) => row > 0)]) {
      assert.equal(made.price.buffer, frame.price.buffer);
      assert.deepEqual([...made.shop], ['a', 'b']);
    }
    assert.notEqual(take(frame, [2, 1]).price.buffer, frame.price.buffer);
    assert.deepEqual(take(frame, []).price, new Float64Array(0));
    assert.deepEqual(slice(frame, 2, 1).price, new Float64Array(0));
    assert.deepEqual(slice(frame.price, 1, 9), Float64Array.of(4, 8));
  });

  test('tables keep their schema', () => {
    const table = tableFromArrays({ shop: frame.shop, price: frame.price });
    table.schema.metadata.set('a', 'b');
    for (const made of [
      take(table, [2, 0]),
      sortBy(table, 'shop'),
      slice(table, 1),
      filterRows(table, [true, false, true]),
    ]) {
      assert.ok(made instanceof Table);
      assert.deepEqual(made.schema.fields.map(String), table.schema.fields.map(String));
      assert.equal(made.schema.metadata.get('a'), 'b');
    }
    assert.deepEqual(
      sortBy(table, ['shop', 'price'], { descending: true }).getChild('price')?.toArray(),
      Float64Array.of(8, 3, 4),
    );
  });

  test('a category is sorted as its dictionary only if that is ordered', () => {
    const values = vectorFromArray(['small', 'large'], new Utf8());
    const sizes = (isOrdered: boolean) => {
      const type = new Dictionary(new Utf8(), new Int32(), null, isOrdered);
      return new Vector([makeData({ type, data: Int32Array.of(1, 0), dictionary: values })]);
    };
    assert.deepEqual([...sortBy({ size: sizes(true) }, 'size').size], ['small', 'large']);
    assert.deepEqual([...sortBy({ size: sizes(false) }, 'size').size], ['large', 'small']);
  });

  test('infinities come before what is missing', () => {
    const x = Float64Array.of(Number.NaN, Infinity, -Infinity, 1);
    assert.deepEqual(sortBy({ x }, 'x').x, Float64Array.of(-Infinity, 1, Infinity, Number.NaN));
    assert.deepEqual(
      sortBy({ x }, 'x', { descending: true }).x,
      Float64Array.of(Infinity, 1, -Infinity, Number.NaN),
    );
  });

  test('what they cannot do is said', () => {
    assert.throws(() => take(frame, [3]), invalid(/there is no row 3; rows are whole numbers from 0 to 2/));
    assert.throws(() => take(frame, [-1]), invalid(/no row -1/));
    assert.throws(() => slice(frame, -1), invalid(/got -1/));
    assert.throws(() => sortBy(frame, 'prize' as never), {
      code: 'ERR_UNKNOWN_COLUMN',
      message: /did you mean 'price'/,
    });
    assert.throws(() => sortBy(frame, []), invalid(/got \[\]/));
    assert.throws(() => sortBy(frame, ['shop'], { descending: [true, false] }), invalid(/list of 1/));
    assert.throws(() => sortBy({ x: [[1], [2]] }, 'x'), invalid(/no order here/));
    assert.throws(() => filterRows(frame, [true]), invalid(/has 1 values, and the frame 3 rows/));
    assert.throws(
      () => filterRows(frame, (() => 1) as never),
      invalid(/row 0 is 1; it must be true or false/),
    );
    assert.throws(() => filterRows(frame, 3 as never), invalid(/got 3/));
    assert.throws(
      () => filterRows({ a: [1], b: [1, 2] }, () => true),
      invalid(/'a' has 1 values and 'b' has 2/),
    );
    assert.throws(() => sortBy([{ x: 1 }] as never, 'x' as never), {
      code: 'ERR_NOT_A_FRAME',
      message: /input: 'columns'/,
    });
  });
});

describe('in workers', () => {
  test('they run there, by name or by namespace, and their results keep their types', async () => {
    const at = new Vector([
      makeData({ type: new TimestampNanosecond(), data: BigInt64Array.of(7n, 1n, 3n) }),
    ]);
    const shop = vectorFromArray(['a', 'b', 'a'], new Dictionary(new Utf8(), new Int32()));
    const brands = [{ shop: 'a', brand: 'Elm' }];
    const made = await applyParallel(
      groupby(new Table({ at, shop }), 'shop'),
      (g) => {
        const sorted = sortBy(lookup(g, brands, { on: 'shop' }), 'at');
        return { ...sorted, before: helpers.shift(sorted.at), step: helpers.diff(sorted.at) };
      },
      { input: 'columns', nJobs: 2 },
    );
    assert.deepEqual(
      made.toArray().map((row) => ({ ...row.toJSON(), at: undefined, before: undefined })),
      [
        { shop: 'a', at: undefined, brand: 'Elm', before: undefined, step: Number.NaN },
        { shop: 'a', at: undefined, brand: 'Elm', before: undefined, step: 4e-6 },
        { shop: 'b', at: undefined, brand: null, before: undefined, step: Number.NaN },
      ],
    );
    assert.equal(String(made.getChild('before')?.type), 'Timestamp<NANOSECOND>');
    const before = made.getChild('before')?.data[0].values as BigInt64Array | undefined;
    assert.equal(before?.[1], 3n);
  });
});
