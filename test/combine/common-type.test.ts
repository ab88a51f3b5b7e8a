import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  Binary,
  BinaryView,
  Bool,
  type DataType,
  DateDay,
  DateMillisecond,
  Decimal,
  Dictionary,
  DurationMillisecond,
  DurationSecond,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  LargeBinary,
  LargeList,
  LargeUtf8,
  List,
  Map_,
  Null,
  Struct,
  TimeMicrosecond,
  TimeSecond,
  TimestampMicrosecond,
  TimestampMillisecond,
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
  Utf8View,
} from 'apache-arrow';
import fc from 'fast-check';
import { sameType } from '#dist/arrow/index.js';
import { commonType } from '#dist/combine/common-type.js';
import { canCast } from '#dist/combine/index.js';
import { UnifiedField } from '#dist/combine/unified-field.js';
import { mapEntries, scalarTypes } from '../support/arrow-types.js';
import { typeName } from '../support/cells.js';
import { anyType, dictionaryType } from '../support/random-tables.js';

const field = (name: string, type: DataType) => new Field(name, type, true);
const list = (type: DataType) => new List(field('item', type));
const struct = (members: { [name: string]: DataType }) =>
  new Struct(Object.entries(members).map(([name, type]) => field(name, type)));
const category = (
  values: DataType,
  indices: Int8 | Int16 | Int32 | Int64 | Uint8 | Uint64 = new Int32(),
  ordered = false,
) => new Dictionary(values, indices as Int32, null, ordered);

type Row = readonly [a: DataType, b: DataType, common: DataType | undefined];

const table: { [what: string]: readonly Row[] } = {
  'integers: the wider one; signed with unsigned one that holds both': [
    [new Int32(), new Int64(), new Int64()],
    [new Int8(), new Int16(), new Int16()],
    [new Uint8(), new Uint32(), new Uint32()],
    [new Uint8(), new Int8(), new Int16()],
    [new Uint8(), new Int16(), new Int16()],
    [new Uint16(), new Int8(), new Int32()],
    [new Uint16(), new Int32(), new Int32()],
    [new Uint32(), new Int32(), new Int64()],
    [new Uint32(), new Int64(), new Int64()],
    [new Uint64(), new Uint8(), new Uint64()],
    [new Uint64(), new Int64(), undefined],
    [new Uint64(), new Int8(), undefined],
  ],
  'integers and floats meet in float64': [
    [new Int8(), new Float32(), new Float64()],
    [new Int64(), new Float64(), new Float64()],
    [new Uint64(), new Float16(), new Float64()],
    [new Float16(), new Float32(), new Float32()],
    [new Float32(), new Float64(), new Float64()],
  ],
  strings: [
    [new Utf8(), new LargeUtf8(), new LargeUtf8()],
    [new Utf8(), new Utf8View(), new Utf8()],
    [new LargeUtf8(), new Utf8View(), new LargeUtf8()],
    [new Utf8(), category(new Utf8()), new Utf8()],
    [new LargeUtf8(), category(new Utf8()), new LargeUtf8()],
    [category(new Utf8View()), new Utf8(), new Utf8()],
  ],
  binary: [
    [new Binary(), new LargeBinary(), new LargeBinary()],
    [new Binary(), new BinaryView(), new Binary()],
    [new FixedSizeBinary(2), new FixedSizeBinary(3), undefined],
    [new Binary(), new Utf8(), undefined],
  ],
  dictionaries: [
    [category(new Utf8(), new Int8()), category(new Utf8(), new Int16()), category(new Utf8(), new Int16())],
    [category(new Utf8(), new Int8()), category(new Utf8(), new Uint8()), category(new Utf8(), new Int16())],
    [
      category(new Utf8(), new Int64()),
      category(new Utf8(), new Uint64()),
      category(new Utf8(), new Int64()),
    ],
    [category(new Utf8()), category(new LargeUtf8()), new LargeUtf8()],
    [category(new Utf8()), category(new Int32()), undefined],
    [category(new Int32()), new Int64(), new Int64()],
    [
      category(new Utf8(), new Int8(), true),
      category(new Utf8(), new Int8()),
      category(new Utf8(), new Int8()),
    ],
  ],
  'times of one kind: the finer unit': [
    [new TimestampSecond(), new TimestampNanosecond(), new TimestampNanosecond()],
    [new TimestampMillisecond('UTC'), new TimestampMicrosecond('UTC'), new TimestampMicrosecond('UTC')],
    [new TimestampMillisecond('UTC'), new TimestampMillisecond(), undefined],
    [new TimestampMillisecond('UTC'), new TimestampMillisecond('Asia/Tokyo'), undefined],
    [new TimeSecond(), new TimeMicrosecond(), new TimeMicrosecond()],
    [new DurationSecond(), new DurationMillisecond(), new DurationMillisecond()],
    [new TimestampSecond(), new DurationSecond(), undefined],
  ],
  'dates with dates and with timestamps of no zone': [
    [new DateDay(), new DateMillisecond(), new DateMillisecond()],
    [new DateDay(), new TimestampSecond(), new TimestampSecond()],
    [new DateDay(), new TimestampNanosecond(), new TimestampNanosecond()],
    [new DateMillisecond(), new TimestampSecond(), new TimestampMillisecond()],
    [new DateMillisecond(), new TimestampMicrosecond(), new TimestampMicrosecond()],
    [new DateDay(), new TimestampSecond('UTC'), undefined],
    [new DateDay(), new TimeSecond(), undefined],
    [new DateDay(), new Int32(), undefined],
  ],
  'decimals: digits before and after the point for both': [
    [new Decimal(2, 10), new Decimal(4, 8), new Decimal(4, 12)],
    [new Decimal(0, 38), new Decimal(2, 10), new Decimal(2, 40, 256)],
    [new Decimal(2, 10, 256), new Decimal(2, 12), new Decimal(2, 12, 256)],
    [new Decimal(0, 76, 256), new Decimal(1, 76, 256), undefined],
    [new Decimal(2, 5, 32), new Decimal(4, 8, 32), new Decimal(4, 8, 32)],
    [new Decimal(2, 9, 32), new Decimal(4, 9, 32), new Decimal(4, 11, 64)],
    [new Decimal(2, 9, 32), new Decimal(0, 18, 64), new Decimal(2, 20, 128)],
  ],
  'null with anything': [
    [new Null(), new Int8(), new Int8()],
    [new Null(), category(new Utf8()), category(new Utf8())],
    [new Null(), list(new Utf8()), list(new Utf8())],
  ],
  'lists and structs, member by member': [
    [list(new Null()), list(new Int32()), list(new Int32())],
    [
      list(new Int32()),
      new LargeList(field('item', new Float64())),
      new LargeList(field('item', new Float64())),
    ],
    [list(list(new Int8())), list(list(new Int16())), list(list(new Int16()))],
    [list(new Int32()), list(new Utf8()), undefined],
    [list(new Int32()), new Int32(), undefined],
    [
      struct({ a: new Int8(), b: new Utf8() }),
      struct({ b: new Utf8(), c: new Bool(), a: new Int16() }),
      struct({ a: new Int16(), b: new Utf8(), c: new Bool() }),
    ],
    [struct({ a: new Int8() }), struct({ a: new Utf8() }), undefined],
  ],
  'kinds that do not go together': [
    [new Utf8(), new Int32(), undefined],
    [new Utf8(), new Float64(), undefined],
    [new Bool(), new Int8(), undefined],
    [category(new Utf8()), new Int8(), undefined],
    [struct({ a: new Int8() }), list(new Int8()), undefined],
  ],
};

const nameOf = (type: DataType | undefined) => type && typeName(type);

for (const [what, rows] of Object.entries(table)) {
  describe(what, () => {
    for (const [a, b, common] of rows) {
      test(`${typeName(a)} with ${typeName(b)}: ${nameOf(common) ?? 'nothing'}`, () => {
        assert.equal(nameOf(commonType(a, b)), nameOf(common));
        // Members of structs come in order of appearance, so the other way round only the members are the
        // same.
        if (!(a instanceof Struct)) assert.equal(nameOf(commonType(b, a)), nameOf(common));
      });
    }
  });
}

test('a type with itself is itself, and can be cast to itself', () => {
  fc.assert(
    fc.property(anyType, (type) => {
      assert.equal(commonType(type, type), type);
      assert.ok(canCast(type, type));
    }),
  );
});

test('the common type holds both: it is what it has in common with each', () => {
  fc.assert(
    fc.property(anyType, anyType, (a, b) => {
      const common = commonType(a, b);
      assert.equal(common === undefined, commonType(b, a) === undefined);
      if (common === undefined) return;
      for (const part of [a, b]) assert.ok(sameType(commonType(common, part) as DataType, common));
      assert.ok(canCast(a, common) && canCast(b, common));
    }),
    { numRuns: 3000 },
  );
});

/** What the groups' types make together, or the message of the error. */
function united(types: readonly DataType[]): string {
  const [first, ...others] = types.map((type) => field('x', type));
  const column = new UnifiedField(first, 0);
  others.forEach((other, k) => {
    column.add(other, k + 1);
  });
  try {
    return typeName(column.take(types.length, String).type);
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'ERR_SCHEMA_MISMATCH');
    return 'none';
  }
}

test('int64, uint64 and a float are Float64, whichever comes first; without the float they are nothing', () => {
  const [a, b, c] = [new Int64(), new Uint64(), new Float32()];
  for (const order of [
    [a, b, c],
    [a, c, b],
    [b, a, c],
    [b, c, a],
    [c, a, b],
    [c, b, a],
  ]) {
    assert.equal(united(order), 'Float64');
  }
  assert.equal(united([a, b, a, b]), 'none');
});

test('the type of a column does not depend on the order of the groups', () => {
  const families = [
    /^u?int|^float/i,
    /utf8/i,
    /binary/i,
    /timestamp|^date/i,
    /duration|^time</i,
    /decimal|null/i,
  ];
  const types = fc.constantFrom(...families).chain((family) => {
    const member = fc.constantFrom(...scalarTypes.filter((type) => family.test(String(type))));
    const categories = member
      .filter((type) => type.typeId !== Type.Null)
      .chain((values) => dictionaryType.map(({ indices }) => new Dictionary(values, indices)));
    return fc.array(fc.oneof({ weight: 5, arbitrary: member }, { weight: 2, arbitrary: categories }), {
      minLength: 2,
      maxLength: 5,
    });
  });
  const inTwoOrders = types.chain((given) =>
    fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
  );
  fc.assert(
    fc.property(inTwoOrders, ([given, shuffled]) => {
      assert.equal(united(given), united(shuffled));
    }),
    { numRuns: 3000 },
  );
});

describe('parts of nested types', () => {
  const fixed = (size: number, type: DataType) => new FixedSizeList(size, field('item', type));
  const map = (values: DataType) => new Map_(mapEntries(values) as never);
  const union = (...types: DataType[]) =>
    new Union(
      UnionMode.Sparse,
      [0, 1],
      types.map((type, k) => field(`u${k}`, type)),
    );
  const cases: [DataType, DataType, DataType | undefined][] = [
    [fixed(2, new Int8()), fixed(2, new Null()), fixed(2, new Int8())],
    [fixed(2, new Int8()), fixed(3, new Int16()), list(new Int16())],
    [
      fixed(2, new Int8()),
      new LargeList(field('item', new Int8())),
      new LargeList(field('item', new Int8())),
    ],
    [map(new Int8()), map(new Null()), map(new Int8())],
    [map(new Int8()), map(new Float64()), map(new Float64())],
    [map(new Int8()), map(new Utf8()), undefined],
    [map(new Int8()), struct({ a: new Int8() }), undefined],
    [union(new Int8(), new Null()), union(new Null(), new Utf8()), union(new Int8(), new Utf8())],
    [union(new Int8(), new Null()), union(new Int8(), new Utf8(), new Null()), undefined],
    [new Decimal(2, 10, 128), new Float64(), new Float64()],
    [new Decimal(2, 10, 128), new Int32(), new Float64()],
    [
      struct({ a: fixed(1, new Null()) }),
      struct({ a: fixed(1, new Utf8()) }),
      struct({ a: fixed(1, new Utf8()) }),
    ],
  ];
  for (const [a, b, expected] of cases) {
    test(`${a} and ${b}`, () => {
      for (const common of [commonType(a, b), commonType(b, a)]) {
        assert.equal(common && typeName(common), expected && typeName(expected));
      }
    });
  }
});
