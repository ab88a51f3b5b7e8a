import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { type Data, Type, tableFromArrays, Vector } from 'apache-arrow';
import fc from 'fast-check';
import { isPlainObject } from '#dist/arrow/index.js';
import { inferColumn } from '#dist/frame/infer/index.js';

/** The column inferred for values. */
const inferred = (values: ArrayLike<unknown>, name = 'x'): Data => inferColumn(values, name).data;
const valuesOf = (data: Data): unknown[] =>
  Array.from({ length: data.length }, (_, i) => new Vector([data]).get(i));
const typeOf = (values: unknown[]): string => String(inferred(values, 'x').type);

function refused(values: ArrayLike<unknown>, ...parts: RegExp[]): void {
  assert.throws(
    () => inferred(values, 'col'),
    (error: Error & { code?: string }) => {
      assert.equal(error.name, 'ApplyError');
      assert.equal(error.code, 'ERR_BAD_RESULT');
      for (const part of [/column "col/, ...parts]) assert.match(error.message, part);
      return true;
    },
  );
}

describe('inferred types', () => {
  const cases: [string, unknown[], string][] = [
    ['numbers', [1, 2.5, null, Number.NaN, -0], 'Float64'],
    ['bigints', [1n, undefined, -(2n ** 63n), 2n ** 63n - 1n], 'Int64'],
    ['bigints beyond Int64', [0n, null, 2n ** 64n - 1n], 'Uint64'],
    ['booleans', [null, true, false, true], 'Bool'],
    ['strings', ['', 'a', null, 'ü', '漢字', '👍🏽'], 'Utf8'],
    ['Dates', [new Date(0), null, new Date(-1)], 'Timestamp<MILLISECOND>'],
    ['bytes', [new Uint8Array([1, 2]), null, Buffer.from('x')], 'Binary'],
    ['nulls', [null, undefined, null], 'Null'],
    ['nothing', [], 'Null'],
    ['arrays', [[1], null, [], [2, null]], 'List<Float64>'],
    ['empty arrays', [[], []], 'List<Null>'],
    ['typed arrays of one class', [new Float32Array([1]), new Float32Array()], 'List<Float32>'],
    ['typed arrays of several', [new Float32Array([1]), new Int8Array([2])], 'List<Float64>'],
    ['typed array and array', [new Int32Array([1]), [2.5]], 'List<Float64>'],
    ['objects', [{ a: 1 }, null, { b: 'x' }], 'Struct<{a:Float64, b:Utf8}>'],
    ['objects in arrays in objects', [{ a: [{ b: true }] }], 'Struct<{a:List<Struct<{b:Bool}>>}>'],
  ];
  for (const [name, values, type] of cases)
    test(name, () => assert.equal(typeOf(values).replaceAll('<item: ', '<'), type));

  test('the kind of a value late in the column counts', () => {
    assert.equal(typeOf([...new Array(1000).fill(null), 'x']), 'Utf8');
  });
  test('objects of another realm', () => {
    assert.equal(
      typeOf(runInNewContext('[{ a: new Date(5) }, { a: null }]')),
      'Struct<{a:Timestamp<MILLISECOND>}>',
    );
  });
  test('numeric typed arrays become columns over their own memory', () => {
    const values = new Int16Array([1, 2]);
    const data = inferred(values, 'x');
    assert.equal(String(data.type), 'Int16');
    assert.equal(data.values, values);
  });
  test('vectors and rows of Arrow are lists and structs', () => {
    const table = tableFromArrays({ v: [[1, 2], [3]], s: [{ a: 'x' }, { a: 'y' }] });
    const rows = table.toArray();
    assert.match(typeOf(rows.map((row) => row.v)), /^List/);
    assert.deepEqual(
      valuesOf(
        inferred(
          rows.map((row) => row.s),
          'x',
        ),
      ).map((row) => (row as { a: string }).a),
      ['x', 'y'],
    );
  });
});

describe('inferred values', () => {
  test('null, NaN and -0 stay what they are', () => {
    const data = inferred([null, Number.NaN, -0, undefined, Number.POSITIVE_INFINITY], 'x');
    assert.deepEqual(valuesOf(data), [null, Number.NaN, -0, null, Number.POSITIVE_INFINITY]);
    assert.equal(data.nullCount, 2);
  });
  test('holes are nulls', () => {
    // biome-ignore lint/suspicious/noSparseArray: the point
    assert.deepEqual(valuesOf(inferred([1, , 3], 'x')), [1, null, 3]);
  });
  test('an invalid Date is null', () => {
    assert.deepEqual(valuesOf(inferred([new Date(Number.NaN), new Date(7)], 'x')), [null, 7]);
  });
  test('Dates over their whole range', () => {
    const times = [0, -1, 1, 8.64e15, -8.64e15, 2 ** 32, -(2 ** 32), 2 ** 31, -(2 ** 31), 1700000000123];
    assert.deepEqual(
      valuesOf(
        inferred(
          times.map((t) => new Date(t)),
          'x',
        ),
      ),
      times,
    );
  });
  test('Uint64 at its ends', () => {
    const values = [0n, 2n ** 63n, 2n ** 64n - 1n];
    assert.deepEqual(valuesOf(inferred(values, 'x')), values);
  });
  test('strings of every script, long and short, against the platform encoder', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.string()))),
        (values) => {
          const expected = values.map(
            (s) => s && new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.from(s, 'utf8')),
          );
          if (values.some((s) => s !== null)) {
            const data = inferred(values, 'x');
            const offsets = data.valueOffsets as Int32Array;
            const bytes = Buffer.from(data.values as Uint8Array);
            const got = values.map((s, i) =>
              s === null ? null : bytes.toString('utf8', offsets[i], offsets[i + 1]),
            );
            assert.deepEqual(got, expected);
            assert.equal(offsets[values.length], data.values.length);
          }
        },
      ),
    );
  });
  test('validity bitmaps at every length', () => {
    for (let n = 1; n < 140; n++) {
      const values = Array.from({ length: n }, (_, i) => (i % 3 === 1 ? null : i % 2 === 0));
      assert.deepEqual(valuesOf(inferred(values, 'x')), values);
    }
  });
  test('buffers are plain typed arrays', () => {
    const data = inferred([new Date(0), null], 'x');
    assert.ok(data.values instanceof BigInt64Array);
    assert.ok(data.nullBitmap instanceof Uint8Array);
  });
  test('members an object lacks are null, and so are those of a null object', () => {
    const data = inferred([{ a: 1 }, null, { b: 'x' }], 'x');
    assert.deepEqual(data.children.map(valuesOf), [
      [1, null, null],
      [null, null, 'x'],
    ]);
    assert.equal(data.nullCount, 1);
  });
});

describe('refused', () => {
  test('two kinds, with a row of each', () => {
    refused([null, 1, 2, 'N/A'], /number \(row 1: 1\)/, /string \(row 3: 'N\/A'\)/);
    refused([true, 1], /boolean \(row 0/, /number \(row 1/);
    refused(['a', new Date(0)], /string/, /Date/);
    refused([[1], { a: 1 }], /array/, /object/);
    refused([new Uint8Array(1), [1]], /Uint8Array/, /array/);
  });
  test('bigint with number, with a way out', () => refused([1, 2n], /number/, /bigint/, /Number\(value\)/));
  test('NaN among strings, unless NaN is missing', () => {
    refused(['a', Number.NaN], /number \(row 1: NaN\)/);
    const { data } = inferColumn([Number.NaN, 'a', Number.NaN], 'x', { nanIsMissing: true });
    assert.deepEqual(valuesOf(data), [null, 'a', null]);
    const numbers = inferColumn([Number.NaN, null, 1], 'x', { nanIsMissing: true });
    assert.deepEqual(valuesOf(numbers.data), [Number.NaN, null, 1]);
  });
  test('nested: the member and the row of the whole column', () => {
    refused([{ a: 1 }, { a: 'x' }], /"col\.a"/, /row 0/, /row 1: 'x'/);
    refused([[1, 2], [], null, [3, 'x']], /"col\[\]"/, /row 0: 1/, /row 3: 'x'/);
  });
  test('bigints past 64 bits', () => {
    refused([2n ** 64n], /64 bits/, /18446744073709551616n/);
    refused([-(2n ** 63n) - 1n], /64 bits/);
    refused([-1n, 2n ** 63n], /unsigned/, /row 0 is negative/);
  });
  test('kinds that no column holds', () => {
    class Point {}
    refused([1, () => 1], /function/);
    refused([Symbol('s')], /symbol/);
    refused([new Map()], /Map object \(row 0/);
    refused([null, new Point()], /Point object \(row 1/);
    refused([new DataView(new ArrayBuffer(1))], /DataView/);
    refused([/x/], /RegExp/);
  });
  test('a circular object', () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    refused([circular], /levels deep/);
  });
  test('with the code that was asked for', () => {
    assert.throws(() => inferColumn([1, 'a'], 'x', { code: 'ERR_NOT_A_FRAME' }), { code: 'ERR_NOT_A_FRAME' });
  });
});

test('plain objects', () => {
  for (const value of [{}, Object.create(null), runInNewContext('({})')]) assert.ok(isPlainObject(value));
  for (const value of [null, [], new Date(), new Map(), 'x', new (class A {})(), Math.max]) {
    assert.ok(!isPlainObject(value));
  }
  assert.equal(inferred([null], 'x').type.typeId, Type.Null);
});
