import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type DataType,
  DateMillisecond,
  Decimal,
  Dictionary,
  DurationMillisecond,
  Field,
  FixedSizeList,
  Float16,
  Int8,
  Int32,
  LargeUtf8,
  List,
  Null,
  Schema,
  Struct,
  Table,
  TimeMillisecond,
  TimestampMillisecond,
  TimestampNanosecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { sparkTypeOfRows } from '#dist/cluster/spark-type.js';
import { writtenSchema, writtenTable } from '#dist/cluster/written-schema.js';

const schemaOf = (type: DataType) => new Schema([new Field('x', type, false)]);
const words = new Dictionary(new Utf8(), new Int8());

describe('the schema in which Spark writes', () => {
  it('has types that hold all values, and Spark has names of them', () => {
    const cases: [DataType, string, unknown][] = [
      [new Uint8(), 'Int16', 'short'],
      [new Uint16(), 'Int32', 'integer'],
      [new Uint32(), 'Int64', 'long'],
      [new Float16(), 'Float32', 'float'],
      [words, 'Utf8', 'string'],
      [new LargeUtf8(), 'Utf8', 'string'],
      [new DateMillisecond(), 'Timestamp<MICROSECOND>', 'timestamp_ntz'],
      [new TimestampMillisecond(), 'Timestamp<MICROSECOND>', 'timestamp_ntz'],
      [new TimestampMillisecond('Europe/Paris'), 'Timestamp<MICROSECOND, UTC>', 'timestamp'],
      [new DurationMillisecond(), 'Duration<MICROSECOND>', 'interval day to second'],
      [new Decimal(2, 9, 32), 'Decimal[9e+2]', 'decimal(9,2)'],
      [
        new FixedSizeList(2, new Field('item', new Uint8(), true)),
        'List<Int16>',
        { type: 'array', elementType: 'short', containsNull: true },
      ],
    ];
    for (const [given, type, json] of cases) {
      const written = writtenSchema(schemaOf(given));
      assert.equal(String(written.fields[0].type), type);
      assert.equal(written.fields[0].nullable, true);
      assert.deepEqual(sparkTypeOfRows(written.fields).json, {
        type: 'struct',
        fields: [{ name: 'x', nullable: true, type: json, metadata: {} }],
      });
    }
  });

  it('keeps the values, inside of lists and structs too', () => {
    const inner = new Struct<{ w: typeof words }>([new Field('w', words, true)]);
    const table = new Table({
      u: vectorFromArray([2 ** 32 - 1, null], new Uint32()),
      w: vectorFromArray(['a', null], words),
      t: vectorFromArray([new Date(5), null], new TimestampMillisecond('UTC')),
      l: vectorFromArray([[200], null], new List(new Field('item', new Uint8(), true))),
      s: vectorFromArray([{ w: 'b' }, null], inner),
    });
    const written = writtenTable(table, writtenSchema(table.schema));
    const [first, second] = JSON.parse(
      JSON.stringify(written.toArray(), (_, value) => (typeof value === 'bigint' ? Number(value) : value)),
    );
    assert.deepEqual(first, { u: 2 ** 32 - 1, w: 'a', t: 5, l: [200], s: { w: 'b' } });
    assert.deepEqual(second, { u: null, w: null, t: null, l: null, s: null });
  });

  it('refuses by name what Spark does not have', () => {
    const cases: [DataType, RegExp][] = [
      [new Uint64(), /column 'x' has the type Uint64, .*convert it to int64 or a decimal/],
      [new TimestampNanosecond('UTC'), /round it to microseconds/],
      [new TimeMillisecond(), /has the type Time32/],
      [new Decimal(2, 60, 256), /has the type Decimal/],
      [new List(new Field('item', new Null(), true)), /null in every row/],
      [new Null(), /column 'x' is null in every row.*schema/],
    ];
    for (const [type, message] of cases) {
      assert.throws(() => writtenSchema(schemaOf(type)), { code: 'ERR_UNSUPPORTED', message });
    }
    assert.doesNotThrow(() => writtenSchema(schemaOf(new Int32())));
  });
});
