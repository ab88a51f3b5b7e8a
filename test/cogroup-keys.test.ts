// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  Bool,
  type DataType,
  DateDay,
  DateMillisecond,
  Decimal,
  Dictionary,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  LargeUtf8,
  type Table,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint32,
  Uint64,
  Utf8,
} from 'apache-arrow';
import { applyParallel, cogroup, type GroupKey, groupby } from 'apply-parallel';
import { invalid, one } from './support/two-frames.js';

describe('keys of cogroup', () => {
  it('groups by several keys, by keys that are given, and gives them with groupKeys', async () => {
    const a = { shop: ['N', 'N', 'S'], year: Int32Array.of(1, 2, 1), x: [1, 2, 3] };
    const b = { store: ['S', 'N'], y: Float64Array.of(1, 2) };
    const grouped = cogroup(groupby(a, ['shop', 'year']), groupby({ ...b, z: [5, 6] }, ['store', 'y']));
    assert.deepEqual(grouped.keys, [
      ['N', 1],
      ['N', 2],
      ['S', 1],
    ]);
    const out = await applyParallel(grouped, (l, r) => ({ l: l.x.length, r: r.z.length }), {
      input: 'columns',
      groupKeys: true,
      nJobs: 2,
    });
    assert.deepEqual(Object.keys(out), ['shop', 'year', 'l', 'r']);
    assert.deepEqual([...(out.shop as Iterable<string>)], ['N', 'N', 'S']);
    assert.deepEqual(out.year, Float64Array.of(1, 2, 1));
    assert.deepEqual([...(out.r as Iterable<number>)], [0, 1, 1]);
    const given = cogroup(groupby(a, ['p', 'q', 'p']), groupby(b, ['q', 'r']));
    assert.deepEqual(given.keys, ['p', 'q', 'r']);
    assert.deepEqual(given.sizes(), [
      [2, 0],
      [1, 1],
      [0, 1],
    ]);
  });

  it('keeps or drops missing keys as each groupby does, and lets null meet null', () => {
    const a = { k: [1, null, 2, null] };
    const b = { k: [null, 2, Number.NaN] };
    const sizes = (left: boolean, right: boolean, how: 'outer' | 'inner' = 'outer') => {
      const grouped = cogroup(groupby(a, 'k', { dropna: left }), groupby(b, 'k', { dropna: right }), { how });
      return grouped.keys.map((key, at) => [key, ...grouped.sizes()[at]]);
    };
    assert.deepEqual(sizes(true, true), [
      [1, 1, 0],
      [2, 1, 1],
    ]);
    assert.deepEqual(sizes(false, true), [
      [1, 1, 0],
      [2, 1, 1],
      [null, 2, 0],
    ]);
    assert.deepEqual(sizes(true, false), [
      [1, 1, 0],
      [2, 1, 1],
      [null, 0, 2],
    ]);
    assert.deepEqual(sizes(false, false, 'inner'), [
      [2, 1, 1],
      [null, 2, 2],
    ]);
    const pairs = { a: ['x', null, null], b: [null, 'y', null] };
    const both = cogroup(
      groupby(pairs, ['a', 'b'], { dropna: false }),
      groupby({ a: [null, 'x'], b: ['y', 'y'] }, ['a', 'b'], { dropna: true }),
    );
    assert.deepEqual(both.keys, [
      ['x', 'y'],
      ['x', null],
      [null, 'y'],
      [null, null],
    ]);
    assert.deepEqual(both.sizes(), [
      [0, 1],
      [1, 0],
      [1, 0],
      [1, 0],
    ]);
  });

  it('has the order of first appearance if no groupby sorts', () => {
    const a = { k: ['z', 'b', 'z'] };
    const b = { k: ['c', 'b', 'a', 'c'] };
    const keys = (left: boolean, right: boolean) =>
      cogroup(groupby(a, 'k', { sort: left }), groupby(b, 'k', { sort: right })).keys;
    assert.deepEqual(keys(false, false), ['z', 'b', 'c', 'a']);
    assert.deepEqual(keys(true, false), ['a', 'b', 'c', 'z']);
    const c = one(new Dictionary(new Utf8(), new Int8()), ['q', 'z', 'q']);
    assert.deepEqual(cogroup(groupby(c, 'k', { sort: false }), groupby(a, 'k', { sort: false })).keys, [
      'q',
      'z',
      'b',
    ]);
  });

  it('compares keys of different types by value', () => {
    const day = 86_400_000;
    const both: [a: Table | object, b: Table | object, keys: GroupKey[]][] = [
      [one(new Int32(), [1, 2]), one(new Int64(), [2n, 3n]), [1n, 2n, 3n]],
      [one(new Int8(), [1, -2]), one(new Uint32(), [1, 2 ** 32 - 1]), [-2n, 1n, 2n ** 32n - 1n]],
      [one(new Int64(), [-1n, 5n]), one(new Uint64(), [5n, 2n ** 63n - 1n]), [-1n, 5n, 2n ** 63n - 1n]],
      [one(new Int16(), [1, 2]), one(new Float64(), [2, 2.5]), [1, 2, 2.5]],
      [one(new Int64(), [2n ** 53n, 1n]), { k: [1, 0.5] }, [0.5, 1, 2 ** 53]],
      [
        one(new Float32(), [0.5, Number.POSITIVE_INFINITY]),
        { k: [0.5, -0] },
        [0, 0.5, Number.POSITIVE_INFINITY],
      ],
      [one(new Utf8(), ['b', 'a']), one(new LargeUtf8(), ['b', 'c']), ['a', 'b', 'c']],
      [one(new Dictionary(new Utf8(), new Int8()), ['b', 'a']), { k: ['b', 'é'] }, ['a', 'b', 'é']],
      [
        one(new Dictionary(new Utf8(), new Int8()), ['b', 'a']),
        one(new Dictionary(new Utf8(), new Int32()), ['c', 'b', 'c']),
        ['a', 'b', 'c'],
      ],
      [one(new Bool(), [true, false]), one(new Bool(), [true]), [false, true]],
      [one(new DateDay(), [0, day]), one(new TimestampSecond(), [day, 1000]), [0, 1000, day]],
      [one(new TimestampSecond(), [1000]), one(new TimestampNanosecond(), [1000, 2000]), [1000, 2000]],
      [
        one(new TimestampSecond('UTC'), [1000]),
        one(new TimestampMillisecond('Europe/Berlin'), [1000, 1500]),
        [1000, 1500],
      ],
      [
        one(new TimestampSecond('UTC'), [1000]),
        { k: [new Date(1000), new Date(7)] },
        [new Date(7), new Date(1000)],
      ],
      [one(new DateMillisecond(), [5]), { k: [new Date(5), new Date(7)] }, [new Date(5), new Date(7)]],
      [{ k: [1n, 2n] }, { k: [2, 3] }, [1, 2, 3]],
      [{ k: [null, null] }, { k: ['a'] }, ['a']],
      [one(new Int32(), []), one(new Int64(), [1n]), [1n]],
      [one(new Utf8(), []), one(new Utf8(), []), []],
    ];
    for (const [a, b, keys] of both) {
      const there = cogroup(groupby(a, 'k'), groupby(b, 'k'));
      assert.deepEqual(there.keys, keys);
      const back = cogroup(groupby(b, 'k'), groupby(a, 'k'));
      assert.deepEqual(back.keys, keys);
      assert.deepEqual(
        back.sizes(),
        there.sizes().map(([x, y]) => [y, x]),
      );
      assert.deepEqual(
        there.sizes().map((sizes) => Math.max(...sizes) > 0),
        keys.map(() => true),
      );
    }
    const decimals = cogroup(
      groupby(one(new Decimal(1, 5, 128), [Uint32Array.of(15, 0, 0, 0)]), 'k'),
      groupby(one(new Decimal(2, 6, 128), [Uint32Array.of(150, 0, 0, 0)]), 'k'),
    );
    assert.deepEqual(decimals.sizes(), [[1, 1]]);
  });

  it('refuses keys that cannot be compared, with both types', () => {
    const pairs: [a: DataType, b: DataType, words: RegExp][] = [
      [
        new Utf8(),
        new Int32(),
        /keys of type Utf8 \('k'\) cannot be compared with keys of type Int32 \('k'\)/,
      ],
      [new Bool(), new Int8(), /Bool .* Int8/],
      [new TimestampSecond(), new TimestampSecond('UTC'), /Timestamp<SECOND> .* Timestamp<SECOND, UTC>/],
      [new DateDay(), new Utf8(), /Date32<DAY> .* Utf8/],
      [new Dictionary(new Utf8(), new Int8()), new Float64(), /Dictionary<.*Utf8.*> .* Float64/],
    ];
    for (const [a, b, words] of pairs) {
      assert.throws(() => cogroup(groupby(one(a, []), 'k'), groupby(one(b, []), 'k')), invalid(words));
    }
    const distant = one(new Int64(), [2n ** 53n + 1n]);
    const floats = groupby({ k: [0.5] }, 'k');
    assert.throws(
      () => cogroup(groupby(distant, 'k'), floats).keys,
      invalid(/a key of 'k' \(Int64\) cannot be compared exactly .* Float64: 9007199254740993; convert/),
    );
    assert.throws(
      () => cogroup(groupby(one(new Uint64(), [2n ** 63n]), 'k'), groupby(one(new Int64(), [1n]), 'k')).size,
      invalid(/Uint64.* Int64: 9223372036854775808/),
    );
  });
});
