import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Data,
  type DataType,
  Decimal,
  Dictionary,
  Field,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  LargeUtf8,
  List,
  Map_,
  Struct,
  TimestampMicrosecond,
  TimestampNanosecond,
  TimestampSecond,
  Type,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Union,
  UnionMode,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import { allocateShared, concatData, nullData } from '#dist/arrow/index.js';
import { castData } from '#dist/combine/cast.js';
import { commonType } from '#dist/combine/common-type.js';

import { scalarTypes } from '../support/arrow-types.js';
import { cell, cellsOf, typeName } from '../support/cells.js';
import { Random, randomColumn } from '../support/random-data.js';
import { anyType } from '../support/random-tables.js';

const numeric = new Set([
  Type.Int,
  Type.Float,
  Type.Decimal,
  Type.Date,
  Type.Timestamp,
  Type.Time,
  Type.Duration,
]);

/** Casts within these families keep the bytes of a cell; numbers are compared as numbers below. */
function keepsCells(from: DataType, to: DataType): boolean {
  if (from.typeId === Type.Dictionary) return keepsCells((from as Dictionary).dictionary, to);
  if (to.typeId === Type.Dictionary) return keepsCells(from, (to as Dictionary).dictionary);
  if (numeric.has(from.typeId)) return typeName(from) === typeName(to);
  if (from.typeId === Type.Struct) return from.children.length === to.children.length && kept(from, to);
  return (from.children ?? []).length === 0 || kept(from, to);
}

const kept = (from: DataType, to: DataType) =>
  from.children.every(
    (field, k) => field.name === to.children[k].name && keepsCells(field.type, to.children[k].type),
  );

/** Two types, more often than not of one family. */
const pair: fc.Arbitrary<[DataType, DataType]> = fc
  .tuple(
    fc.oneof(
      ...[/^u?int|^float/i, /utf8/i, /binary/i, /timestamp|duration|^time|^date/i, /decimal|null/i].map(
        (family) => {
          const members = scalarTypes.filter((type) => family.test(String(type)));
          return fc.tuple(fc.constantFrom(...members), fc.constantFrom(...members));
        },
      ),
      fc.tuple(anyType, anyType),
    ),
    fc.constantFrom(
      'as they are',
      'list',
      'map',
      'fixed list',
      'union',
      'struct',
      'dictionary',
      'dictionaries',
    ),
  )
  .map(([[a, b], form]) => {
    if (form === 'list') return [listOf(a), listOf(b)];
    if (form === 'map') return [mapOf(a), mapOf(b)];
    if (form === 'fixed list') return [fixedListOf(a), fixedListOf(b)];
    if (form === 'union') return [unionOf(a), unionOf(b)];
    if (form === 'struct') return [structOf({ p: a }), structOf({ q: a, p: b })];
    const scalar = !a.children?.length && a.typeId !== Type.Dictionary && a.typeId !== Type.Null;
    if (form === 'dictionary' && scalar) return [new Dictionary(a, new Int8()), b];
    if (form === 'dictionaries' && scalar)
      return [new Dictionary(a, new Int8()), new Dictionary(a, new Uint16())];
    return [a, b];
  });

const listOf = (type: DataType) => new List(new Field('item', type, true));
const mapOf = (type: DataType) =>
  new Map_(
    new Field(
      'entries',
      new Struct([new Field('key', new Utf8(), false), new Field('value', type, true)] as never),
      false,
    ),
  );
const fixedListOf = (type: DataType) => new FixedSizeList(2, new Field('item', type, true));
const unionOf = (type: DataType) =>
  new Union(UnionMode.Dense, [0, 1], [new Field('a', type, true), new Field('b', new Int32(), true)]);
const structOf = (members: { [name: string]: DataType }) =>
  new Struct(Object.entries(members).map(([name, type]) => new Field(name, type, true)));

/** Unions have no nulls of their own. */
const isNull = (text: string): boolean => /^(null|\(\d+:(\(\d+:)*null\)+)$/.test(text);

/** Cells, a null inside a union as a plain null. */
const plainCells = (data: Data): string[] =>
  cellsOf([data]).map((text) => {
    let plain = text;
    while (/\(\d+:null\)/.test(plain)) plain = plain.replace(/\(\d+:null\)/g, 'null');
    return plain;
  });

test('a cast column has its rows, whatever the types and slices', () => {
  fc.assert(
    fc.property(pair, fc.nat(), ([a, b], seed) => {
      const type = commonType(a, b);
      if (type === undefined) return;
      const [data] = randomColumn(a, [17], new Random(seed), 6);
      let cast: Data;
      try {
        cast = castData(data, type);
      } catch (error) {
        // A time that the finer unit cannot hold.
        assert.match(String(error), /too far/);
        return;
      }
      assert.equal(cast.length, 17);
      assert.equal(typeName(cast.type), typeName(type));
      if (keepsCells(a, type)) assert.deepEqual(plainCells(cast), plainCells(data));
      assert.deepEqual(cellsOf([cast]).map(isNull), cellsOf([data]).map(isNull));
      // The cast column can be joined with others of its type.
      const joined = concatData(type, [cast, nullData(type, 2), cast], allocateShared);
      assert.deepEqual(cellsOf([joined]).slice(0, 17), cellsOf([cast]));
      assert.deepEqual(cellsOf([joined]).slice(19), cellsOf([cast]));
    }),
    { numRuns: 3000 },
  );
});

test('a column of nulls is null in every row, in every type', () => {
  fc.assert(
    fc.property(anyType, fc.nat(20), (type, length) => {
      const data = nullData(type, length);
      assert.equal(data.length, length);
      assert.equal(data.type, type);
      for (let row = 0; row < length; row++) assert.ok(isNull(cell(data, row)));
      const joined = concatData(type, [data, data], allocateShared);
      assert.equal(joined.length, 2 * length);
      cellsOf([joined.slice(0, length)]);
    }),
    { numRuns: 500 },
  );
});

const values = (data: Data): unknown[] => [...new Vector([data])];
const stored = (data: Data): unknown[] => Array.from(data.values as ArrayLike<unknown>);
const column = (from: readonly unknown[], type: DataType): Data => vectorFromArray(from, type).data[0];

test('numbers keep their value in the wider type', () => {
  const same = (from: readonly unknown[], a: DataType, b: DataType) =>
    assert.deepEqual(values(castData(column(from, a), b)), from, `${a} ${b}`);
  same([-128, null, 127], new Int8(), new Int16());
  same([0, 255], new Uint8(), new Int16());
  same([0, 2 ** 32 - 1], new Uint32(), new Float64());
  same([-(2 ** 31), null], new Int32(), new Float64());
  same([0.5, null, -0, Number.NaN, Number.POSITIVE_INFINITY], new Float16(), new Float32());
  same([0.5, null, -65504], new Float16(), new Float64());
  same([Math.fround(0.1), null], new Float32(), new Float64());
  assert.deepEqual(values(castData(column([-1, null, 5], new Int8()), new Int64())), [-1n, null, 5n]);
  assert.deepEqual(values(castData(column([2 ** 32 - 1], new Uint32()), new Int64())), [2n ** 32n - 1n]);
  assert.deepEqual(values(castData(column([255], new Uint8()), new Uint64())), [255n]);
  assert.deepEqual(values(castData(column([-(2n ** 53n)], new Int64()), new Float64())), [-(2 ** 53)]);
});

test('times are counted in the finer unit, before 1970 too, and refused where they do not fit', () => {
  const seconds = column([0, 1000, -1000, null], new TimestampSecond());
  assert.deepEqual(stored(castData(seconds, new TimestampMicrosecond())), [0n, 1_000_000n, -1_000_000n, 0n]);
  assert.equal(castData(seconds, new TimestampNanosecond()).nullCount, 1);
  const far = concatData(
    new TimestampMicrosecond(),
    [column([1e14], new TimestampMicrosecond())],
    allocateShared,
  );
  assert.throws(() => castData(far, new TimestampNanosecond()), /too far from 1970/);
});

test('decimals keep their value in another scale and width, negative ones too', () => {
  const decimals = (numbers: readonly bigint[], type: Decimal): Data => {
    const words = numbers.flatMap((number) =>
      Array.from({ length: type.bitWidth / 32 }, (_, k) =>
        Number(BigInt.asUintN(32, number >> BigInt(32 * k))),
      ),
    );
    return new Data(type, 0, numbers.length, 0, [undefined, Uint32Array.from(words)]);
  };
  const widths = [
    [32, 9],
    [64, 18],
    [128, 38],
    [256, 76],
  ] as const;
  for (const [bits, digits] of widths) {
    const most = 10n ** BigInt(digits - 3) - 1n;
    for (const numbers of [[], [-1n], [1n, -most], [most, 0n, -12345n], [-1n, 1n, -most, most]]) {
      const from = decimals(numbers, new Decimal(2, digits - 3, bits));
      for (const [wider] of widths.filter(([other]) => other >= bits)) {
        const type = new Decimal(5, digits, wider);
        const expected = decimals(
          numbers.map((number) => number * 1000n),
          type,
        );
        assert.deepEqual(cellsOf([castData(from, type)]), cellsOf([expected]), `${numbers} to ${wider} bits`);
        if (numbers.length < 2) continue;
        assert.deepEqual(
          cellsOf([castData(from.slice(1, numbers.length - 1), type)]),
          cellsOf([expected.slice(1, numbers.length - 1)]),
        );
      }
    }
  }
});

test('a dictionary becomes plain values: short and long strings, bytes of fixed width, nulls in either place', () => {
  const plain = (values: Vector, rows: readonly number[], to = values.type as DataType) => {
    const type = new Dictionary(values.type, new Int8());
    const validity = Uint8Array.of(0b1101_1111);
    const buffers = [undefined, Int8Array.from(rows), validity] as never;
    const data = new Data(type, 0, rows.length, -1, buffers, [], values);
    return cellsOf([castData(data, to), castData(data.slice(1, rows.length - 1), to)]);
  };
  const expected = (values: Vector, rows: readonly number[]) => {
    const cells = cellsOf(values.data);
    const all = rows.map((at, k) => (k === 5 ? 'null' : cells[at]));
    return [...all, ...all.slice(1)];
  };
  const rows = [2, 0, 1, 2, 0, 1, 1];
  const texts = ['', 'ä', 'a string of more than sixteen bytes'];
  for (const type of [new Utf8(), new LargeUtf8()]) {
    const values = vectorFromArray(texts, type);
    assert.deepEqual(plain(values, rows), expected(values, rows));
    assert.deepEqual(plain(values, rows, new LargeUtf8()), expected(values, rows));
  }
  for (const [k, type] of scalarTypes.entries()) {
    if (type.typeId === Type.Null) continue;
    const values = new Vector(randomColumn(type, [2, 1], new Random(k), 3));
    assert.deepEqual(plain(values, rows), expected(values, rows), typeName(type));
  }
  assert.throws(
    () => plain(vectorFromArray(texts, new Utf8()), [0, 3]),
    /index 3 of a dictionary of 3 values/,
  );
});
