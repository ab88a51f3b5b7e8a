import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Data,
  Dictionary,
  Float64,
  Int8,
  Int32,
  TimestampMicrosecond,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import { allocateShared, concatData, ensureShared, isShared, unifyDictionaries } from '#dist/arrow/index.js';
import { cellsOf, chunksOf } from '../support/cells.js';
import { anyTable, dictionaryType } from '../support/random-tables.js';

const withValues = (
  type: Dictionary,
  indices: ArrayLike<number>,
  dictionary: Vector,
  validity?: Uint8Array,
) => {
  const buffers = [undefined, type.indices.ArrayType.from(indices as never), validity];
  return new Data(type, 0, indices.length, validity ? -1 : 0, buffers as never, [], dictionary);
};

test('chunks with different dictionaries get one, each value in it once', () => {
  fc.assert(
    fc.property(anyTable({ type: dictionaryType, minColumns: 1, maxColumns: 1 }), (table) => {
      const type = table.schema.fields[0].type as Dictionary;
      const chunks = chunksOf(table, 0);
      const expected = cellsOf(chunks);
      const unified = unifyDictionaries(type, chunks);
      const pieces = unified.chunks.map((chunk) => {
        const data = chunk.clone(unified.type);
        data.dictionary = unified.dictionary;
        return data;
      });
      assert.deepEqual(cellsOf(pieces), expected);
      const dictionaries = new Set(chunks.map((chunk) => chunk.dictionary));
      if (dictionaries.size > 1) {
        const values = cellsOf(unified.dictionary.data);
        assert.equal(new Set(values).size, values.length);
      }
    }),
    { numRuns: 300 },
  );
});

test('values are told apart by their bits: signed zeros, NaN payloads, microseconds far from 1970', () => {
  const bits = BigUint64Array.of(0n, 1n << 63n, 0x7ff8000000000001n, 0x7ff8000000000002n);
  const floats = new Vector([new Data(new Float64(), 0, 4, 0, [undefined, new Float64Array(bits.buffer)])]);
  const floatType = new Dictionary(new Float64(), new Int8());
  const other = new Vector([new Data(new Float64(), 0, 1, 0, [undefined, Float64Array.of(1)])]);
  const floatChunks = [withValues(floatType, [0, 1, 2, 3], floats), withValues(floatType, [0], other)];
  assert.deepEqual(cellsOf([concatData(floatType, floatChunks, allocateShared)]), cellsOf(floatChunks));

  const stamps = BigInt64Array.of(2n ** 61n, 2n ** 61n + 1n, -(2n ** 60n));
  const times = (values: BigInt64Array) =>
    new Vector([new Data(new TimestampMicrosecond(), 0, values.length, 0, [undefined, values])]);
  const timeType = new Dictionary(new TimestampMicrosecond(), new Int8());
  const timeChunks = [
    withValues(timeType, [0, 1, 2], times(stamps)),
    withValues(timeType, [0], times(stamps.slice(1))),
  ];
  const joined = concatData(timeType, timeChunks, allocateShared);
  assert.deepEqual(cellsOf([joined]), cellsOf(timeChunks));
  assert.equal(joined.dictionary?.length, 3);
});

test('the index type widens only where the joined dictionary outgrows it', () => {
  const type = new Dictionary(new Utf8(), new Int8());
  const names = (from: number, count: number) =>
    vectorFromArray(
      Array.from({ length: count }, (_, i) => `v${from + i}`),
      new Utf8(),
    );
  const fits = [withValues(type, [0, 127], names(0, 128)), withValues(type, [1], names(0, 128))];
  assert.equal(concatData(type, fits, allocateShared).type, type);

  const tooMany = [withValues(type, [0, 127], names(0, 128)), withValues(type, [1, 0], names(1, 128))];
  const joined = concatData(type, tooMany, allocateShared);
  assert.ok((joined.type as Dictionary).indices instanceof Int32);
  assert.deepEqual([...new Vector([joined])], ['v0', 'v127', 'v2', 'v1']);
});

test('the index of a null row may point anywhere', () => {
  const type = new Dictionary(new Utf8(), new Int8());
  const first = withValues(type, [0, 100, 1], vectorFromArray(['a', 'b'], new Utf8()), Uint8Array.of(0b101));
  const second = withValues(type, [-7, 0], vectorFromArray(['b'], new Utf8()), Uint8Array.of(0b10));
  const joined = concatData(type, [first, second], allocateShared);
  assert.deepEqual([...new Vector([joined])], ['a', null, 'b', null, 'b']);
});

test('where all chunks have the same dictionary it is kept as it is', () => {
  const type = new Dictionary(new Utf8(), new Int8());
  const dictionary = vectorFromArray(['a', 'b'], new Utf8());
  const again = new Vector(dictionary.data);
  const unified = unifyDictionaries(type, [withValues(type, [1], dictionary), withValues(type, [0], again)]);
  assert.equal(unified.dictionary, dictionary);
});

test('dictionaries over the same values with other nulls are not the same', () => {
  const type = new Dictionary(new Int32(), new Int8());
  const values = Int32Array.of(7, 8);
  const whole = new Vector([new Data(new Int32(), 0, 2, 0, [undefined, values])]);
  const holed = new Vector([new Data(new Int32(), 0, 2, 1, [undefined, values, Uint8Array.of(0b01)])]);
  const chunks = [withValues(type, [0, 1], whole), withValues(type, [0, 1], holed)];
  assert.deepEqual([...new Vector([concatData(type, chunks, allocateShared)])], [7, 8, 7, null]);
});

test('a dictionary moves to shared memory once', () => {
  const moved = ensureShared(vectorFromArray(['a', 'b'], new Utf8()), allocateShared);
  assert.ok(moved.data.every(({ values, valueOffsets }) => isShared(values) && isShared(valueOffsets)));
  assert.equal(ensureShared(moved, allocateShared), moved);
});
