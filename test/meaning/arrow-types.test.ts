// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import {
  Bool,
  type DataType,
  Dictionary,
  Field,
  FixedSizeList,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  LargeList,
  List,
  Map_,
  RecordBatch,
  Schema,
  Struct,
  Table,
  Timestamp,
  TimeUnit,
  Uint32,
  Union,
  UnionMode,
  Utf8,
  Utf8View,
} from 'apache-arrow';
import { applyParallel, type Columns, groupby, shutdown } from 'apply-parallel';
import { field, integerTypes, mapEntries, scalarTypes, timeUnits } from '../support/arrow-types.js';
import { cellsOf, chunksOf, typeName } from '../support/cells.js';
import { Random, randomColumn, structData } from '../support/random-data.js';

/*
 * Every type the format has and apache-arrow can hold, one by one, through whole calls: each value comes back
 * bit for bit.
 */

const item = (type: DataType) => field('item', type);
const union = (mode: UnionMode) => new Union(mode, [3, 5], [item(new Int64()), field('text', new Utf8())]);

const types: readonly DataType[] = [
  ...scalarTypes,
  ...timeUnits.map((unit) => new Timestamp(unit, '+05:30')),
  new List(item(new Float64())),
  new List(item(new Bool())),
  new List(item(new List(item(new Utf8())))),
  new LargeList(item(new Int16())),
  new LargeList(item(new Utf8View())),
  new FixedSizeList(3, item(new Int64())),
  new FixedSizeList(2, item(new Bool())),
  new Struct([item(new Utf8()), field('n', new Int8())]),
  new Struct([field('deep', new Struct([item(new List(item(new Bool())))]))]),
  new Map_(mapEntries(new Int32()) as never),
  new Map_(mapEntries(new List(item(new Utf8()))) as never, true),
  union(UnionMode.Dense),
  union(UnionMode.Sparse),
  ...integerTypes.map((index) => new Dictionary(new Utf8(), index as never)),
  new Dictionary(new Int64(), new Int8(), null, true),
  new Dictionary(new Timestamp(TimeUnit.NANOSECOND, 'UTC'), new Int16()),
  new Dictionary(new Utf8View(), new Uint32()),
  new List(item(new Dictionary(new Utf8(), new Int8()))),
];

/** The rows of each batch, and which of them are taken. */
const shapes = {
  'one batch': { lengths: [40] },
  'a slice': { lengths: [60], slice: [7, 51] },
  'many batches, empty ones among them': { lengths: [9, 0, 17, 1, 30] },
  'a slice of batches': { lengths: [20, 20, 20], slice: [3, 57] },
  'no rows': { lengths: [0] },
  'no batch': { lengths: [] },
} satisfies { [name: string]: { lengths: number[]; slice?: [number, number] } };

const METADATA = new Map([['unit', 'of x']]);

function tableOf(
  type: DataType,
  { lengths, slice }: { lengths: number[]; slice?: [number, number] },
  seed: number,
): Table {
  const random = new Random(seed);
  const columns = [randomColumn(new Int8(), lengths, random, 5), randomColumn(type, lengths, random, 12)];
  const fields = [new Field('k', new Int8(), true), new Field('x', type, true, METADATA)];
  const schema = new Schema(fields, new Map([['of', 'the table']]));
  const batches = lengths.map(
    (length, b) =>
      new RecordBatch(
        schema,
        structData(
          fields,
          length,
          columns.map((chunks) => chunks[b]),
        ),
      ),
  );
  const table = new Table(schema, batches);
  return slice ? table.slice(...slice) : table;
}

/** The cells of x with the rows ordered by k, those without a key left out: what identity must give. */
function sorted(table: Table): string[] {
  const keys = [...(table.getChild('k') ?? [])];
  const cells = cellsOf(chunksOf(table, 1));
  const rows = keys.flatMap((key, row) => (key === null ? [] : [{ key, row }]));
  return rows.sort((a, b) => a.key - b.key || a.row - b.row).map(({ row }) => cells[row]);
}

describe('every Arrow type survives the trip', () => {
  after(shutdown);
  for (const type of types) {
    test(typeName(type), async () => {
      for (const [shape, given] of Object.entries(shapes)) {
        for (let seed = 1; seed <= 2; seed++) {
          const table = tableOf(type, given, seed);
          const expected = sorted(table);
          for (const backend of ['inline', 'threads'] as const) {
            const options = { backend, nJobs: 2 };
            const results = {
              arrow: await applyParallel(groupby(table, 'k'), (group) => group, options),
              columns: await applyParallel(groupby(table, 'k'), (group: Columns) => ({ ...group }), {
                ...options,
                input: 'columns',
              }),
            };
            for (const [form, result] of Object.entries(results)) {
              const where = `${shape}, ${form}, ${backend}, seed ${seed}`;
              const field = result.schema.fields[1];
              assert.equal(typeName(field.type), typeName(type), where);
              assert.deepEqual(field.metadata, METADATA, where);
              assert.deepEqual(result.schema.metadata, table.schema.metadata, where);
              assert.deepEqual(cellsOf(chunksOf(result, 1)), expected, where);
            }
          }
        }
      }
    });
  }
});

describe('tables of unusual shape', () => {
  after(shutdown);

  test('5,000 columns', async () => {
    const fields = Array.from(
      { length: 5000 },
      (_, k) => new Field(`c${k}`, k % 2 ? new Float64() : new Utf8(), true),
    );
    const random = new Random(5);
    const columns = fields.map(({ type }) => randomColumn(type, [6], random, 3)[0]);
    const schema = new Schema(fields);
    const table = new Table(schema, [new RecordBatch(schema, structData(fields, 6, columns))]);
    for (const input of ['arrow', 'columns'] as const) {
      const result = await applyParallel(groupby(table, [2, 1, 2, 1, 2, 1]), (group) => group, {
        input,
        nJobs: 2,
      });
      assert.deepEqual(result.schema.names, schema.names);
      for (const k of [0, 1, 2500, 4999]) {
        const cells = cellsOf([columns[k]]);
        assert.deepEqual(
          cellsOf(chunksOf(result, k)),
          [1, 3, 5, 0, 2, 4].map((row) => cells[row]),
        );
      }
    }
  });

  test('no columns: there are groups, and nothing comes of them', async () => {
    const schema = new Schema([]);
    const table = new Table(schema, [new RecordBatch(schema, structData([], 3, []))]);
    const grouped = groupby(table, ['b', 'a', 'b']);
    assert.deepEqual(grouped.sizes(), [1, 2]);
    const rows = await applyParallel(grouped, (group, { key }) => ({ key, rows: group.numRows }), {
      nJobs: 2,
    });
    assert.deepEqual(JSON.parse(JSON.stringify(rows.toArray())), [
      { key: 'a', rows: 1 },
      { key: 'b', rows: 2 },
    ]);
    const same = await applyParallel(grouped, (group) => group, { nJobs: 2 });
    assert.equal(same.numCols, 0);
  });
});
