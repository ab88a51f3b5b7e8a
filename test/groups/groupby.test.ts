import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  Binary,
  Data,
  type DataType,
  DateMillisecond,
  Dictionary,
  Float64,
  Int8,
  Int64,
  Table,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampSecond,
  tableFromArrays,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { applyParallel } from '#dist/apply-parallel.js';
import { groupby } from '#dist/groups/index.js';

const table = tableFromArrays({
  k: ['b', 'a', 'b', 'c'],
  n: Int32Array.of(2, 1, 2, 1),
  x: Float64Array.of(1, 2, 3, 4),
});
const values = (frame: Table, name: string): unknown[] => [...(frame.getChild(name) ?? [])];

describe('keys', () => {
  test('a name gives scalars, names give arrays, even a single one', () => {
    assert.deepEqual(groupby(table, 'k').keys, ['a', 'b', 'c']);
    assert.deepEqual(groupby(table, ['k']).keys, [['a'], ['b'], ['c']]);
    assert.deepEqual(groupby(table, ['n', 'k']).keys, [
      [1, 'a'],
      [1, 'c'],
      [2, 'b'],
    ]);
  });

  test('given row by row: arrays, typed arrays, vectors', () => {
    for (const by of [[1, 0, 1, 0], Int8Array.of(1, 0, 1, 0), vectorFromArray([1, 0, 1, 0], new Float64())]) {
      const grouped = groupby(table, by);
      assert.deepEqual(grouped.keys.map(Number), [0, 1]);
      assert.deepEqual(values(grouped.getGroup(grouped.keys[0]), 'x'), [2, 4]);
    }
    assert.deepEqual(groupby(table, ['p', 'q', 'p', 'q']).keys, ['p', 'q']);
  });

  test('0 and -0 are one key, null and NaN none', () => {
    const by = vectorFromArray([-0, 0, Number.NaN, null], new Float64());
    assert.deepEqual(groupby(table, by).keys, [0]);
    assert.ok(Object.is(groupby(table, by).keys[0], 0));
    assert.deepEqual(groupby(table, by, { dropna: false }).keys, [0, null]);
    assert.deepEqual(groupby(table, by, { dropna: false }).sizes(), [2, 2]);
  });

  test('of a dictionary of several chunks behind 64-bit indices', () => {
    const type = new Dictionary(new Utf8(), new Int64() as never);
    const parts = [vectorFromArray(['x', 'y'], new Utf8()), vectorFromArray(['z'], new Utf8())];
    const indices = BigInt64Array.of(2n, 0n, 1n, 2n);
    const dictionary = new Vector(parts.flatMap((part) => part.data));
    const data = new Data(type, 0, 4, 0, [undefined, indices] as never, [], dictionary);
    assert.deepEqual(groupby(table, new Vector([data])).keys, ['x', 'y', 'z']);
    assert.deepEqual(groupby(table, new Vector([data]), { observed: false, sort: false }).keys, [
      'z',
      'x',
      'y',
    ]);
  });

  test('do not show the memory of the frame', async () => {
    const table = new Table({ k: vectorFromArray([Uint8Array.of(1), Uint8Array.of(2)], new Binary()) });
    const fn = (_: Table, { key }: { key: unknown }) => {
      (key as Uint8Array)[0] = 9;
      return null;
    };
    await applyParallel(groupby(table, 'k'), fn, { nJobs: 1 });
    assert.deepEqual([...(table.getChild('k') ?? [])], [Uint8Array.of(1), Uint8Array.of(2)]);
  });
});

test('keys of times that no number of milliseconds holds are bigints of milliseconds', () => {
  const far = 2n ** 62n;
  const column = (type: DataType, ...values: bigint[]) =>
    new Vector([new Data(type, 0, values.length, 0, [undefined, BigInt64Array.from(values)])]);
  const keysOf = (keys: Vector) => {
    const grouped = groupby(tableFromArrays({ row: Int32Array.of(0, 1, 2) }), keys);
    for (const key of grouped.keys) assert.equal(grouped.getGroup(key).numRows, 1);
    return grouped.keys;
  };
  const ends = [-far, 5000n, far];
  assert.deepEqual(keysOf(column(new TimestampSecond(), ...ends)), [-far * 1000n, 5_000_000, far * 1000n]);
  assert.deepEqual(keysOf(column(new TimestampMillisecond('UTC'), ...ends)), [-far, 5000, far]);
  assert.deepEqual(keysOf(column(new DateMillisecond(), ...ends)), [-far, 5000, far]);
  const most = 2n ** 63n - 1n;
  assert.deepEqual(keysOf(column(new TimestampMicrosecond(), -most, 5000n, most)), [
    -(most / 1000n),
    5,
    most / 1000n,
  ]);
  const values = column(new TimestampSecond(), ...ends);
  for (const [indices, rows] of [
    [new Int8(), Int8Array.of(2, 0, 1)],
    [new Int64(), BigInt64Array.of(2n, 0n, 1n)],
  ] as const) {
    const type = new Dictionary(values.type, indices as Int8);
    const keys = new Vector([new Data(type, 0, 3, 0, [undefined, rows] as never, [], values)]);
    assert.deepEqual(keysOf(keys), [-far * 1000n, 5_000_000, far * 1000n]);
  }
});

describe('getGroup', () => {
  test('finds numbers, bigints, dates and arrays of keys', () => {
    const wide = new Table({
      i: vectorFromArray([5n, 2n ** 60n], new Int64()),
      t: vectorFromArray([0, 86_400_000], new TimestampMicrosecond()),
    });
    assert.equal(groupby(wide, 'i').getGroup(5).numRows, 1);
    assert.equal(groupby(wide, 'i').getGroup(2n ** 60n).numRows, 1);
    assert.equal(groupby(wide, 't').getGroup(new Date(86_400_000) as never).numRows, 1);
    assert.equal(groupby(wide, ['i', 't']).getGroup([5, 0]).numRows, 1);
  });

  test('tells numbers from their texts, and finds bytes, fractions, booleans and the missing key', () => {
    const by = (keys: ArrayLike<unknown>) =>
      groupby(tableFromArrays({ row: Int32Array.from(keys, (_, k) => k) }), keys, { dropna: false });
    const rowsOf = (frame: Table) => [...(frame.getChild('row') ?? [])];
    assert.deepEqual(rowsOf(by([1.5, 2, Number.NaN, null]).getGroup(2)), [1]);
    assert.deepEqual(rowsOf(by([1.5, 2, Number.NaN, null]).getGroup(1.5)), [0]);
    for (const missing of [null, Number.NaN]) {
      assert.deepEqual(rowsOf(by([1.5, 2, Number.NaN, null]).getGroup(missing)), [2, 3]);
    }
    assert.deepEqual(rowsOf(by(['missing', null, '1']).getGroup('missing')), [0]);
    assert.throws(() => by(['missing', null, '1']).getGroup(1), { code: 'ERR_INVALID_OPTION' });
    assert.deepEqual(rowsOf(by([true, false]).getGroup(false)), [1]);
    assert.deepEqual(rowsOf(by([Uint8Array.of(1, 2), Uint8Array.of(12)]).getGroup(Uint8Array.of(12))), [1]);
    assert.deepEqual(rowsOf(by([new Date(5), new Date(7)]).getGroup(new Date(7))), [1]);
    assert.throws(() => by(['a', 'b']).getGroup(['a']), { code: 'ERR_INVALID_OPTION' });
  });

  test('finds every group of many, by the key that keys has for it', () => {
    const rows = 20_000;
    const grouped = groupby(tableFromArrays({ k: Int32Array.from({ length: rows }, (_, k) => k) }), 'k');
    for (let k = 0; k < rows; k += 997) assert.equal(grouped.getGroup(k).getChild('k')?.get(0), k);
    assert.throws(() => grouped.getGroup(rows), { code: 'ERR_INVALID_OPTION' });
  });

  test('names the keys where there is no such group', () => {
    assert.throws(() => groupby(table, 'k').getGroup('z'), {
      code: 'ERR_INVALID_OPTION',
      message: /no group with key 'z'.*'a', 'b', 'c'/,
    });
  });

  test('a group that was written to leaves the table and the other groups as they are', () => {
    const grouped = groupby(table, 'k');
    grouped.getGroup('b').getChild('x')?.set(0, 99);
    assert.deepEqual(values(table, 'x'), [1, 2, 3, 4]);
    assert.deepEqual(values(grouped.getGroup('a'), 'x'), [2]);
  });

  test('and the next time it is the group of the table again', () => {
    const grouped = groupby(table, 'k');
    grouped.getGroup('b').getChild('x')?.set(0, 99);
    assert.deepEqual(values(grouped.getGroup('b'), 'x'), [1, 3]);
    for (const [, frame] of grouped) frame.getChild('x')?.set(0, -1);
    assert.deepEqual(values(grouped.getGroup('a'), 'x'), [2]);
  });
});

test('rows are counted, and empty tables have no groups', async () => {
  assert.deepEqual(groupby(table, 'k').sizes(), [1, 2, 1]);
  assert.equal(groupby(table, 'k').size, 3);
  const empty = table.slice(0, 0);
  assert.deepEqual(groupby(empty, 'k').keys, []);
  const out = await applyParallel(groupby(empty, 'k'), (group) => group);
  assert.deepEqual([out.numRows, out.schema.names], [0, ['k', 'n', 'x']]);
});

test('unknown columns and keys of another length are errors that say what there is', () => {
  // @ts-expect-error: the type of the table tells its columns
  assert.throws(() => groupby(table, 'K'), {
    code: 'ERR_UNKNOWN_COLUMN',
    message: /'K'.*'k'.*'k', 'n', 'x'/,
  });
  assert.throws(() => groupby(table, [1, 2]), { code: 'ERR_INVALID_OPTION', message: /2 keys.*4 rows/ });
  assert.throws(() => groupby(table, []), { code: 'ERR_INVALID_OPTION', message: /at least one column/ });
  const byRow = (() => 1) as never;
  assert.throws(() => groupby(table, byRow), {
    code: 'ERR_INVALID_OPTION',
    message: /write keyFrom\('name', fn\)$/,
  });
  assert.throws(() => groupby(table, 5 as never), { code: 'ERR_INVALID_OPTION', message: /got 5/ });
  const twice = new Table({ a: vectorFromArray([1], new Float64()) }).assign(
    new Table({ b: vectorFromArray([1], new Float64()) }),
  );
  assert.equal(groupby(twice, 'b').size, 1);
});

test('errors of rows that cannot be columns speak of the frame, not of a result', () => {
  assert.throws(() => groupby([{ a: 1 }, { a: 'x' }], 'a'), { code: 'ERR_NOT_A_FRAME' });
});
