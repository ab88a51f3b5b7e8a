import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type Data,
  DateDay,
  Decimal,
  Dictionary,
  Field,
  Float64,
  Int32,
  LargeUtf8,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMicrosecond,
  TimestampMillisecond,
  tableFromArrays,
  tableFromIPC,
  tableToIPC,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import { recordsAdapter } from '#dist/frame/records-adapter.js';

type Rows = { [name: string]: unknown }[];
const roundTrip = (rows: Rows): unknown => recordsAdapter.fromArrow(recordsAdapter.toArrow(rows));
const table = (name: string, type: Field['type'], data: Data): Table => {
  const schema = new Schema([new Field(name, type, true)]);
  return new Table(
    schema,
    new RecordBatch(
      schema,
      makeData({ type: new Struct(schema.fields), length: data.length, nullCount: 0, children: [data] }),
    ),
  );
};

describe('what is an array of rows', () => {
  test('plain objects, the empty array and rows of Arrow', () => {
    assert.ok(recordsAdapter.matches([{ a: 1 }]));
    assert.ok(recordsAdapter.matches([]));
    assert.ok(recordsAdapter.matches(tableFromArrays({ x: [1] }).toArray()));
  });
  test('nothing else', () => {
    for (const value of [
      null,
      {},
      'x',
      [1],
      [[1]],
      [null],
      [tableFromArrays({ x: [1] })],
      [new Map()],
      new Set([{}]),
    ]) {
      assert.ok(!recordsAdapter.matches(value));
    }
  });
});

describe('rows to a table', () => {
  test('columns in order of first appearance over all rows, missing members null', () => {
    const rows = [{ b: 1 }, { a: 'x', b: 2 }, {}, { c: true, a: 'y' }];
    assert.deepEqual(
      recordsAdapter.toArrow(rows).schema.fields.map((field) => field.name),
      ['b', 'a', 'c'],
    );
    assert.deepEqual(roundTrip(rows), [
      { b: 1, a: null, c: null },
      { b: 2, a: 'x', c: null },
      { b: null, a: null, c: null },
      { b: null, a: 'y', c: true },
    ]);
  });
  test('no rows, and rows without members', () => {
    assert.equal(recordsAdapter.toArrow([]).numRows, 0);
    assert.deepEqual(roundTrip([]), []);
    assert.equal(recordsAdapter.toArrow([{}, {}]).numRows, 2);
    assert.deepEqual(roundTrip([{}, {}]), [{}, {}]);
  });
  test('a row that is none, by its number', () => {
    assert.throws(() => recordsAdapter.toArrow([{ a: 1 }, null as never]), {
      code: 'ERR_BAD_RESULT',
      message: /row 1 of 2 is null/,
    });
    assert.throws(() => recordsAdapter.toArrow([{ a: 1 }, [1] as never]), /row 1 of 2 is an array/);
  });
  test('member names that objects inherit', () => {
    const rows = [JSON.parse('{"__proto__": 1, "constructor": 2}'), { toString: 'x' }] as Rows;
    const back = roundTrip(rows) as Rows;
    assert.deepEqual(
      back.map((row) => Object.entries(row)),
      [
        [
          ['__proto__', 1],
          ['constructor', 2],
          ['toString', null],
        ],
        [
          ['__proto__', null],
          ['constructor', null],
          ['toString', 'x'],
        ],
      ],
    );
  });
});

describe('round trips', () => {
  const date = fc.date({ noInvalidDate: true });
  const cell: fc.Arbitrary<unknown>[] = [
    fc.double(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.boolean(),
    fc.string({ unit: 'grapheme' }),
    date,
    fc.array(fc.option(fc.double())),
    fc.array(fc.option(date)),
    fc.record({ a: fc.double(), b: fc.option(fc.array(fc.string())), d: date }, { noNullPrototype: true }),
    fc.uint8Array().map((bytes) => new Uint8Array(bytes)),
    fc.float32Array().map((values) => new Float32Array(values)),
  ];
  const rowsOf = (columns: unknown[][]): Rows =>
    Array.from({ length: columns[0].length }, (_, i) =>
      Object.fromEntries(columns.map((column, j) => [`c${j}`, column[i]])),
    );
  const rows = fc
    .tuple(
      fc.integer({ min: 1, max: 40 }),
      fc.array(fc.integer({ min: 0, max: cell.length - 1 }), { minLength: 1, maxLength: 5 }),
    )
    .chain(([n, kinds]) =>
      fc.tuple(
        ...kinds.map((kind) => fc.array(fc.option(cell[kind], { freq: 4 }), { minLength: n, maxLength: n })),
      ),
    )
    .map(rowsOf);

  test('rows come back as they were', () => {
    fc.assert(
      fc.property(rows, (given) => assert.deepStrictEqual(roundTrip(given), given)),
      { numRuns: 300 },
    );
  });
  test('also through IPC, and in slices', () => {
    fc.assert(
      fc.property(rows, fc.nat(), (given, cut) => {
        const whole = tableFromIPC(tableToIPC(recordsAdapter.toArrow(given)));
        assert.deepStrictEqual(recordsAdapter.fromArrow(whole), given);
        const at = cut % (given.length + 1);
        assert.deepStrictEqual(recordsAdapter.fromArrow(whole.slice(at)), given.slice(at));
        assert.deepStrictEqual(recordsAdapter.fromArrow(whole.slice(0, at)), given.slice(0, at));
        const parts = whole.slice(0, at).concat(whole.slice(at));
        assert.deepStrictEqual(recordsAdapter.fromArrow(parts), given);
      }),
      { numRuns: 200 },
    );
  });
  test('long columns of repeated, ASCII and other strings', () => {
    for (const make of [
      (i: number) => `c${i % 7}`,
      () => 'same',
      (i: number) => `カテゴリ${i % 5}👍`,
      (i: number) => (i % 900 === 0 ? 'ü'.repeat(40_000) : `${i}`),
      (i: number) => (i % 3 ? 'x' : null),
    ]) {
      const given = Array.from({ length: 20_000 }, (_, i) => ({ s: make(i) }));
      assert.deepStrictEqual(roundTrip(given), given);
    }
  });
  test('strings in shared memory', () => {
    const data = recordsAdapter.toArrow([{ s: 'ab' }, { s: 'ü' }]).batches[0].data.children[0];
    const bytes = new Uint8Array(new SharedArrayBuffer(data.values.length));
    bytes.set(data.values);
    const shared = makeData({
      type: new Utf8(),
      length: 2,
      nullCount: 0,
      valueOffsets: data.valueOffsets,
      data: bytes,
    });
    assert.deepEqual(recordsAdapter.fromArrow(table('s', new Utf8(), shared)), [{ s: 'ab' }, { s: 'ü' }]);
  });
  test('bytes that are no UTF-8 do not shift their neighbours', () => {
    const data = makeData({
      type: new Utf8(),
      length: 3,
      nullCount: 0,
      valueOffsets: new Int32Array([0, 2, 4, 6]),
      data: new Uint8Array([0xc3, 0xbc, 0xc3, 0xff, 0x61, 0x62]),
    });
    const rows = recordsAdapter.fromArrow(table('s', new Utf8(), data));
    assert.equal(rows[0].s, 'ü');
    assert.equal(rows[2].s, 'ab');
  });
});

describe('tables of other origin', () => {
  test('times that were no Dates are read as apache-arrow reads them', () => {
    const vectors = {
      ms: vectorFromArray([0, null, 5], new TimestampMillisecond()),
      us: vectorFromArray([0, null, 1500], new TimestampMicrosecond()),
      day: vectorFromArray([new Date(0), null, new Date(86_400_000)], new DateDay()),
    };
    const source = new Table(vectors);
    const rows = recordsAdapter.fromArrow(source);
    for (const name of ['ms', 'us', 'day'] as const) {
      assert.deepEqual(
        rows.map((row) => row[name]),
        Array.from(vectors[name]),
      );
    }
  });
  test('dictionaries, large strings, nested values: plain, and none of Arrow', () => {
    const source = new Table({
      d: vectorFromArray(['a', 'b', null, 'a'], new Dictionary(new Utf8(), new Int32())),
      l: vectorFromArray(['x', null, '', 'ü'], new LargeUtf8()),
      s: vectorFromArray(
        [{ a: [1, 2] }, null, { a: [] }, { a: null }],
        new Struct([new Field('a', new List(new Field('item', new Float64(), true)), true)]),
      ),
    });
    assert.deepStrictEqual(recordsAdapter.fromArrow(source), [
      { d: 'a', l: 'x', s: { a: [1, 2] } },
      { d: 'b', l: null, s: null },
      { d: null, l: '', s: { a: [] } },
      { d: 'a', l: 'ü', s: { a: null } },
    ]);
  });
  test('nothing in a row is a view on the table', () => {
    const words = new Uint32Array([5, 0, 0, 0]);
    const decimal = makeData({ type: new Decimal(2, 10, 128), length: 1, nullCount: 0, data: words });
    const [row] = recordsAdapter.fromArrow(table('d', decimal.type, decimal));
    const before = String(row.d);
    words[0] = 6;
    assert.equal(String(row.d), before);

    const bytes = recordsAdapter.toArrow([{ b: new Uint8Array([1, 2]), f: new Float64Array([1]) }]);
    const [given] = recordsAdapter.fromArrow(bytes) as { b: Uint8Array; f: Float64Array }[];
    given.b[0] = 9;
    given.f[0] = 9;
    assert.deepEqual(recordsAdapter.fromArrow(bytes), [
      { b: new Uint8Array([1, 2]), f: new Float64Array([1]) },
    ]);
  });
  test('two columns of one name', () => {
    const schema = new Schema([new Field('x', new Float64()), new Field('x', new Float64())]);
    const twice = new Table(
      schema,
      new RecordBatch(
        schema,
        makeData({
          type: new Struct(schema.fields),
          length: 1,
          nullCount: 0,
          children: [1, 2].map(
            (x) => new Vector([makeData({ type: new Float64(), data: new Float64Array([x]) })]).data[0],
          ),
        }),
      ),
    );
    assert.throws(() => recordsAdapter.fromArrow(twice), { code: 'ERR_SCHEMA_MISMATCH', message: /"x"/ });
  });
});
