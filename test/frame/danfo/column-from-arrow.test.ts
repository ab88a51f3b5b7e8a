// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  Bool,
  DateDay,
  Decimal,
  Dictionary,
  Field,
  Float64,
  Int8,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMicrosecond,
  Uint32,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import type { DataFrame as Frame } from 'danfojs-node';
import { danfoAdapter } from '#dist/frame/danfo/danfo-adapter.js';

before(() => danfoAdapter.load?.());

const fromArrow = (table: Table): Frame => danfoAdapter.fromArrow(table) as unknown as Frame;
const column = (vector: Vector, metadata?: Map<string, string>): Table => {
  const schema = new Schema([new Field('x', vector.type, true, metadata)]);
  const [data] = vector.data;
  const struct = makeData({
    type: new Struct(schema.fields),
    length: data.length,
    nullCount: 0,
    children: [data],
  });
  return new Table(schema, new RecordBatch(schema, struct));
};
const cells = (frame: Frame): unknown[] => (frame.values as unknown[][]).map(([cell]) => cell);

describe('tables of other origin', () => {
  const read = (vector: Vector): [unknown[], string] => {
    const frame = fromArrow(column(vector));
    return [cells(frame), frame.dtypes[0]];
  };
  test('numbers', () => {
    assert.deepEqual(read(vectorFromArray([1, null, -3], new Int8())), [[1, Number.NaN, -3], 'int32']);
    assert.deepEqual(read(vectorFromArray([2 ** 32 - 1], new Uint32())), [[2 ** 32 - 1], 'int32']);
    assert.deepEqual(read(vectorFromArray([0.5, null, Number.NaN], new Float64())), [
      [0.5, Number.NaN, Number.NaN],
      'float32',
    ]);
    const safe = [0n, 1n, -1n, 2n ** 32n, -(2n ** 32n) - 1n, 2n ** 53n - 1n, -(2n ** 53n) + 1n];
    assert.deepEqual(read(vectorFromArray([...safe, null], new Int64())), [
      [...safe.map(Number), Number.NaN],
      'int32',
    ]);
  });
  test('64-bit integers that no number holds', () => {
    for (const value of [2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n]) {
      assert.throws(() => read(vectorFromArray([1n, value], new Int64())), {
        code: 'ERR_SCHEMA_MISMATCH',
        message: new RegExp(`"x".*${value}`),
      });
    }
  });
  test('decimals as numbers', () => {
    const type = new Decimal(2, 10, 128);
    const words = new Uint32Array(12);
    words[0] = 12345;
    words.fill(0xffffffff, 4, 8);
    const data = makeData({
      type,
      length: 3,
      nullCount: 1,
      nullBitmap: new Uint8Array([0b011]),
      data: words,
    });
    const schema = new Schema([new Field('x', type, true)]);
    const struct = makeData({ type: new Struct(schema.fields), length: 3, nullCount: 0, children: [data] });
    assert.deepEqual(cells(fromArrow(new Table(schema, new RecordBatch(schema, struct)))), [
      123.45,
      -0.01,
      Number.NaN,
    ]);
  });
  test('times and days as Dates', () => {
    assert.deepEqual(read(vectorFromArray([1_500, null, -1_500], new TimestampMicrosecond())), [
      [new Date(1_500), null, new Date(-1_500)],
      'datetime',
    ]);
    assert.deepEqual(read(vectorFromArray([new Date(86_400_000), null], new DateDay())), [
      [new Date(86_400_000), null],
      'datetime',
    ]);
  });
  test('dictionaries as what they stand for', () => {
    const strings = vectorFromArray(['a', null, 'b', 'a'], new Dictionary(new Utf8(), new Int32()));
    assert.deepEqual(read(strings), [['a', null, 'b', 'a'], 'string']);
    const integers = vectorFromArray([5, null, 5], new Dictionary(new Int32(), new Int8()));
    assert.deepEqual(read(integers), [[5, Number.NaN, 5], 'int32']);
  });
  test('a recorded dtype that has become untrue is not repeated', () => {
    const recorded = (dtype: string, vector: Vector): string =>
      fromArrow(column(vector, new Map([['danfo.dtype', dtype]]))).dtypes[0];
    assert.equal(recorded('int32', vectorFromArray([1, 2.5], new Float64())), 'float32');
    assert.equal(recorded('int32', vectorFromArray([1, null, 2], new Float64())), 'int32');
    assert.equal(recorded('float32', vectorFromArray(['a', 'b'], new Utf8())), 'string');
    assert.equal(recorded('float32', vectorFromArray(['1', '2'], new Utf8())), 'float32');
    assert.equal(recorded('undefined', vectorFromArray([1], new Int32())), 'int32');
    assert.equal(recorded('string', vectorFromArray([1.5], new Float64())), 'float32');
    assert.equal(recorded('datetime', vectorFromArray(['a'], new Utf8())), 'string');
    assert.equal(recorded('int32', vectorFromArray([true], new Bool())), 'boolean');
    assert.equal(recorded('string', vectorFromArray([new Date(0)], new DateDay())), 'string');
  });
  test('two columns of one name', () => {
    const schema = new Schema([new Field('x', new Int32()), new Field('x', new Int32())]);
    assert.throws(() => fromArrow(new Table(schema, [])), { code: 'ERR_SCHEMA_MISMATCH', message: /"x"/ });
  });
});
