import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Bool,
  Decimal,
  Dictionary,
  Field,
  Float16,
  Float32,
  Float64,
  Int8,
  Int32,
  Int64,
  List,
  Struct,
  TimestampMicrosecond,
  Uint64,
  Utf8,
  Vector,
} from 'apache-arrow';
import fc from 'fast-check';
import type { Batch, ColumnVector } from '#dist/arrow/index.js';
import { groupReader } from '#dist/frame/index.js';
import { scalarTypes } from '../support/arrow-types.js';
import { batchOf, column } from '../support/batches.js';
import { Random, randomColumn } from '../support/random-data.js';

function read(batch: Batch, from: number, to: number): { [name: string]: unknown } {
  return groupReader(batch, 'columns')(from, to).frame as { [name: string]: unknown };
}

test('integers and floats are views on the shard: the same shared memory', () => {
  const batch = batchOf({
    i8: column([1, 2, 3], new Int8()),
    i64: column([1n, 2n, 3n], new Int64()),
    u64: column([1n, 2n, 2n ** 64n - 1n], new Uint64()),
    f32: column([1, 2, 3], new Float32()),
    f64: column([1, 2, 3], new Float64()),
  });
  const group = read(batch, 1, 3);
  const arrays = [Int8Array, BigInt64Array, BigUint64Array, Float32Array, Float64Array];
  Object.values(group).forEach((values, k) => {
    assert.ok(values instanceof arrays[k]);
    const data = batch.columns[k];
    assert.ok(values.buffer instanceof SharedArrayBuffer);
    assert.equal(values.buffer, data.values.buffer);
    assert.equal(values.byteOffset, data.values.byteOffset + data.values.BYTES_PER_ELEMENT);
    assert.equal(values.length, 2);
  });
  (group.f64 as Float64Array)[0] = 99;
  assert.equal(batch.columns[4].values[1], 99);
});

test('where the table has nulls, integers are float64 with NaN in every group, floats keep their width', () => {
  const batch = batchOf({
    i32: column([1, null, 3], new Int32()),
    i64: column([-5n, null, 2n ** 53n], new Int64()),
    f32: column([0.5, null, -0], new Float32()),
    f64: column([0.1, null, -0], new Float64()),
  });
  const whole = read(batch, 0, 3);
  assert.deepEqual(whole.i32, Float64Array.of(1, Number.NaN, 3));
  assert.deepEqual(whole.i64, Float64Array.of(-5, Number.NaN, 2 ** 53));
  assert.deepEqual(whole.f32, Float32Array.of(0.5, Number.NaN, -0));
  assert.deepEqual(whole.f64, Float64Array.of(0.1, Number.NaN, -0));
  const withoutNulls = read(batch, 2, 3);
  assert.deepEqual(withoutNulls.i32, Float64Array.of(3));
  assert.deepEqual(withoutNulls.i64, Float64Array.of(2 ** 53));
  assert.ok(withoutNulls.f32 instanceof Float32Array);
});

test('half floats are numbers: a Float32Array', () => {
  const batch = batchOf({
    h: column([0.5, null, -1, 65504], new Float16()),
    n: column([1, 1, 1, 1], new Int8()),
  });
  assert.deepEqual(read(batch, 0, 4).h, Float32Array.of(0.5, Number.NaN, -1, 65504));
  assert.deepEqual(read(batch, 2, 4).h, Float32Array.of(-1, 65504));
});

test('everything else is a light vector: length, get, iteration, toArray', () => {
  const batch = batchOf({
    s: column(['a', null, 'c', 'd'], new Utf8()),
    b: column([true, false, null, true], new Bool()),
    t: column([0, 1, null, 3], new TimestampMicrosecond()),
    d: column(['x', 'y', null, 'x'], new Dictionary(new Utf8(), new Int8())),
    l: column([[1], [], null, [2, 3]], new List(new Field('item', new Int32(), true))),
    o: column([{ p: 1 }, null, { p: 2 }, { p: 3 }], new Struct([new Field('p', new Int32(), true)])),
  });
  const group = read(batch, 1, 4) as { [name: string]: ColumnVector };
  Object.entries(group).forEach(([name, vector], k) => {
    const slice = new Vector([batch.columns[k]]).slice(1, 4);
    const expected = Array.from({ length: 3 }, (_, i) => JSON.stringify(slice.get(i)));
    assert.equal(vector.length, 3, name);
    assert.deepEqual(
      [0, 1, 2].map((i) => JSON.stringify(vector.get(i))),
      expected,
    );
    assert.deepEqual(
      [...vector].map((value) => JSON.stringify(value)),
      expected,
    );
    assert.deepEqual(
      Array.from(vector.toArray(), (value) => JSON.stringify(value)),
      expected,
    );
    for (const outside of [-1, 3, 100, Number.NaN])
      assert.equal(vector.get(outside), null, `${name} ${outside}`);
    assert.equal(vector.data?.length, 3);
  });
  assert.deepEqual([...group.s], [null, 'c', 'd']);
});

test('the light vector gives what apache-arrow gives, for every type', () => {
  for (const [seed, type] of scalarTypes.entries()) {
    const [data] = randomColumn(type, [40], new Random(seed), 12);
    const batch = batchOf({ c: data });
    const vector = read(batch, 3, 31).c as ColumnVector;
    if (ArrayBuffer.isView(vector)) continue;
    const expected = new Vector([data]).slice(3, 31);
    for (let i = 0; i < 28; i++) {
      assert.deepEqual(
        attempt(() => vector.get(i)),
        attempt(() => expected.get(i)),
        `${type} ${i}`,
      );
    }
  }
});

/** Times that no number holds are an error in apache-arrow. */
function attempt(get: () => unknown): unknown {
  try {
    return get();
  } catch (error) {
    return (error as Error).message;
  }
}

test('every group of a table has the same kinds of columns, whatever its rows hold', () => {
  const cut = fc.nat(30);
  fc.assert(
    fc.property(fc.constantFrom(...scalarTypes), fc.nat(), cut, cut, (type, seed, a, b) => {
      const [data] = randomColumn(type, [30], new Random(seed), 5);
      const batch = batchOf({ c: data });
      const kind = (value: unknown) => Object.getPrototypeOf(value).constructor;
      const part = read(batch, Math.min(a, b), Math.max(a, b)).c;
      assert.equal(kind(part), kind(read(batch, 0, 30).c));
      assert.equal((part as { length: number }).length, Math.abs(a - b));
    }),
    { numRuns: 300 },
  );
});

test('decimals read as apache-arrow gives them', () => {
  const data = randomColumn(new Decimal(2, 30, 128), [3], new Random(1), 3)[0];
  const vector = read(batchOf({ d: data }), 0, 3).d as ColumnVector;
  assert.deepEqual([...vector].map(String), [...new Vector([data])].map(String));
});
