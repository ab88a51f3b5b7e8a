// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  Table as ArrowTable,
  type DataType,
  DateDay,
  Dictionary,
  Field,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  LargeBinary,
  LargeList,
  List,
  Schema,
  type Table,
  Timestamp,
  TimeUnit,
  Type,
  tableFromArrays,
  Uint8,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { ApplyError, applyParallel, groupby, type Row } from 'apply-parallel';
import { dataOf } from '#dist/arrow/index.js';
import { scalarTypes } from '../../support/arrow-types.js';
import { cellsOf, chunksOf, typeName } from '../../support/cells.js';
import { Random, randomColumn } from '../../support/random-data.js';
import { buildTable } from '../../support/random-tables.js';

const item = (type: DataType) => new Field('item', type, true);
const column = (table: Table, name: string) => {
  const k = table.schema.names.indexOf(name);
  return { type: typeName(table.schema.fields[k].type), cells: cellsOf(chunksOf(table, k)) };
};

/** One group of all rows, as rows, through `fn`. */
const asRows = (table: Table, fn: (rows: Row[]) => unknown = (rows) => rows) =>
  applyParallel(groupby(table, Array(table.numRows).fill(0)), fn as never, {
    input: 'records',
    nJobs: 1,
  }) as Promise<Table>;

const metadata = new Map([['unit', 'm']]);
const single = (type: DataType, seed: number): Table => {
  const [data] = randomColumn(type, [30], new Random(seed), 9);
  const field = new Field('x', type, true, metadata);
  const schema = new Schema([field]);
  const table = new ArrowTable({ x: data as never });
  return new ArrowTable(
    schema,
    table.batches.map((batch) => Object.assign(batch, { schema })),
  );
};

describe('rows handed back have the types of the table again', () => {
  /** What a row cannot show, and so cannot bring back: NaNs have one bit pattern. */
  const lost = (type: DataType): boolean => type.typeId === Type.Float;
  const types = [
    ...scalarTypes.filter((type) => !lost(type)),
    new List(item(new Int32())),
    new LargeList(item(new Uint8())),
    new List(item(new DateDay())),
  ];
  for (const type of types) {
    test(String(type), async () => {
      for (let seed = 1; seed < 6; seed++) {
        const table = single(type, seed);
        const given = column(table, 'x');
        let result: Table;
        try {
          result = await asRows(table);
        } catch (error) {
          // Times that no number holds cannot be shown in rows at all.
          assert.match(String(error), /is not safe to convert to a number|RangeError/);
          continue;
        }
        assert.deepEqual(column(result, 'x'), given, `seed ${seed}`);
        assert.deepEqual(result.schema.fields[0].metadata.get('unit'), 'm');
      }
    });
  }

  test('floats of every width, dictionaries of strings', async () => {
    const table = new ArrowTable({
      f: vectorFromArray([0.5, -0, null, Number.NaN, Number.POSITIVE_INFINITY], new Float32()),
      d: vectorFromArray(['b', 'a', null, 'b', 'c'], new Dictionary(new Utf8(), new Int16())),
    });
    const result = await asRows(table);
    for (const name of ['f', 'd']) assert.deepEqual(column(result, name), column(table, name));
  });

  test('dictionaries of any values, with any index', async () => {
    for (const values of scalarTypes.filter((type) => !lost(type) && type.typeId !== Type.Null)) {
      for (const indices of [new Int8(), new Int64()]) {
        const type = new Dictionary(values, indices as never);
        const table = buildTable(
          { types: [type], batches: [30], seed: 3, distinct: 5, slice: [0, 10] },
          true,
        );
        assert.deepEqual(column(await asRows(table), 'c0'), column(table, 'c0'));
      }
    }
  });

  test('nanoseconds, of which a number shows only some, come back to the last bit, filtered too', async () => {
    const now = 1_700_000_000_123_456_789n;
    const values = BigInt64Array.from({ length: 50 }, (_, i) => now + BigInt(i) * 1_000_000_007n);
    const table = new ArrowTable({ t: timestamps(values) });
    const all = await asRows(table);
    assert.deepEqual(all.getChild('t')?.data[0].values, values);
    const some = await asRows(table, (rows) => rows.filter((_, i) => i % 3 === 1));
    assert.deepEqual(
      some.getChild('t')?.data[0].values,
      values.filter((_, i) => i % 3 === 1),
    );
  });

  test('values that do not fit have the type they had before; a mean of integers is a float', async () => {
    const table = new ArrowTable({
      k: vectorFromArray([1, 1, 2], new Int8()),
      n: vectorFromArray([1, 2, 3], new Int8()),
    });
    const mean = await applyParallel(
      groupby(table, 'k'),
      (rows) => ({ k: rows[0].k, n: rows.reduce((sum, row) => sum + (row.n as number), 0) / rows.length }),
      { input: 'records', nJobs: 1 },
    );
    assert.deepEqual([column(mean, 'k').type, column(mean, 'n').type], ['Int8', 'Float64']);
    const large = await asRows(table, (rows) => rows.map((row) => ({ n: (row.n as number) * 100 })));
    assert.equal(column(large, 'n').type, 'Float64');
    const text = await asRows(table, (rows) => rows.map((row) => ({ n: String(row.n) })));
    assert.equal(column(text, 'n').type, 'Utf8');
  });

  test('numbers are no bigints: a 64-bit column that becomes numbers is Float64', async () => {
    const table = new ArrowTable({ n: vectorFromArray([1n, 2n], new Int64()) });
    const result = await asRows(table, (rows) => rows.map((row) => ({ n: Number(row.n) })));
    assert.equal(column(result, 'n').type, 'Float64');
  });

  test('columns of other names are inferred as ever', async () => {
    const table = new ArrowTable({ n: vectorFromArray([1, 2], new Int8()) });
    assert.equal(
      column(await asRows(table, (rows) => rows.map((row) => ({ m: row.n }))), 'm').type,
      'Float64',
    );
  });
});

function timestamps(values: BigInt64Array): Vector {
  return new Vector([dataOf(new Timestamp(TimeUnit.NANOSECOND, 'UTC'), values.length, 0, { values })]);
}

describe('a declared schema is met by plain values that fit', () => {
  const declared = (type: DataType) => new Schema([new Field('x', type, true)]);
  const table = tableFromArrays({ k: ['a', 'b'] });
  const returning = (x: readonly unknown[], type: DataType) =>
    applyParallel(groupby(table, 'k'), () => ({ x }), { schema: declared(type), nJobs: 1 });

  for (const [values, type] of [
    [[1, null, -128], new Int8()],
    [[1, 2 ** 53 - 1], new Int64()],
    [[1n, 2n], new Int32()],
    [[0.5, Number.NaN], new Float32()],
    [[1n, 3n], new Float64()],
    [[new Date(5), null], new Timestamp(TimeUnit.NANOSECOND, 'UTC')],
    [[new Date(86_400_000), null], new DateDay()],
    [['a', null], new Dictionary(new Utf8(), new Int8())],
    [[Uint8Array.of(1)], new LargeBinary()],
    [[[1, 2], null, []], new LargeList(item(new Int16()))],
  ] as const) {
    test(`${JSON.stringify(values, (_, v) => (typeof v === 'bigint' ? `${v}n` : v))} as ${type}`, async () => {
      const result = await returning(values, type);
      assert.equal(String(result.schema.fields[0].type), String(type));
      assert.equal(result.numRows, values.length * 2);
    });
  }

  for (const [values, type] of [
    [[1.5], new Int32()],
    [[-0], new Int32()],
    [[300], new Uint8()],
    [[0.1], new Float32()],
    [[new Date(5)], new DateDay()],
  ] as const) {
    test(`${String(values[0])} is no ${type}`, async () => {
      await assert.rejects(
        returning(values, type),
        (error) =>
          error instanceof ApplyError &&
          error.code === 'ERR_SCHEMA_MISMATCH' &&
          /not all of its values fit into that exactly/.test(error.message),
      );
    });
  }

  test('a typed array is of its type, and is not looked through', async () => {
    await assert.rejects(
      applyParallel(groupby(table, 'k'), () => ({ x: Float64Array.of(1) }), {
        schema: declared(new Int32()),
        nJobs: 1,
      }),
      /column 'x' is Float64, declared is Int32$/,
    );
  });
});
