// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import {
  type Data,
  type DataType,
  Dictionary,
  FixedSizeList,
  Int32,
  LargeList,
  List,
  Map_,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  Union,
  UnionMode,
  Utf8,
} from 'apache-arrow';
import {
  applyParallel,
  dump,
  groupby,
  hash,
  load,
  reduceMemory,
  shareTable,
  shutdown,
  toHTML,
} from 'apply-parallel';
import { dataOf, isComplete, ownTable } from '#dist/arrow/index.js';
import { field, mapEntries, scalarTypes } from '../support/arrow-types.js';
import { foreignArrow } from '../support/foreign-arrow.js';

/*
 * Tables without rows of every type, as apache-arrow makes them, through every function that takes a table.
 */

after(() => shutdown());

const inner: DataType[] = [
  new Int32(),
  new Utf8(),
  new Dictionary(new Utf8(), new Int32()),
  new List(field('item', new Struct([field('a', new Utf8())]))),
  new Struct([field('a', new List(field('item', new Int32()))), field('b', new Utf8())]),
];
const nested = inner.flatMap((type): DataType[] => [
  new List(field('item', type)),
  new LargeList(field('item', type)),
  new FixedSizeList(2, field('item', type)),
  new Struct([field('a', type)]),
  new Map_(mapEntries(type) as never),
  new Union(UnionMode.Sparse, [3, 5], [field('a', type), field('b', new Utf8())]),
  new Union(UnionMode.Dense, [3, 5], [field('a', type), field('b', new Utf8())]),
  ...(type instanceof Dictionary ? [type] : [new Dictionary(type, new Int32())]),
]);
const types = [...scalarTypes, ...nested];
const schema = new Schema([field('k', new Int32()), ...types.map((type, k) => field(`c${k}`, type))]);
const schemaOf = (type: DataType) => new Schema([field('k', new Int32()), field('x', type)]);

const other = await foreignArrow();

/**
 * Makes a table of a schema with the placeholder batch that apache-arrow gives for a stream without batches.
 */
const placeholder = (of: Schema, arrow: { tableFromIPC: unknown } = { tableFromIPC }): Table =>
  (arrow.tableFromIPC as typeof tableFromIPC)(tableToIPC(new Table(of)));

/** Makes a batch whose columns have no buffers, children or dictionaries. */
const bare = (of: Schema): Table => {
  const columns = of.fields.map(({ type }) => dataOf(type, 0, 0, {}));
  return new Table(of, [
    new RecordBatch(of, dataOf(new Struct(of.fields), 0, 0, {}, { children: columns }) as Data<Struct>),
  ]);
};

const kinds: Record<string, (of: Schema) => Table> = {
  'a Table of a schema': (of) => new Table(of),
  'a stream without batches': (of) => placeholder(of),
  'a stream without batches, of another copy of apache-arrow': (of) => placeholder(of, other),
  'a batch of bare columns': bare,
};

const typesOf = (table: Table) => table.schema.fields.map(({ name, type }) => `${name}: ${type}`);

for (const [kind, make] of Object.entries(kinds)) {
  describe(kind, () => {
    test('becomes complete, of every type', () => {
      for (const type of types) {
        const own = ownTable(make(schemaOf(type)));
        assert.ok(own instanceof Table);
        assert.deepEqual(typesOf(own), typesOf(new Table(schemaOf(type))));
        for (const { data } of own.batches) assert.ok(data.children.every(isComplete), String(type));
      }
    });

    for (const nJobs of [1, 2]) {
      test(`goes through applyParallel, nJobs: ${nJobs}`, async () => {
        const expected = typesOf(new Table(schema));
        for (const input of ['arrow', 'columns', 'records', 'danfo'] as const) {
          const options = { nJobs, input, output: 'arrow' } as const;
          const out = await applyParallel(groupby(make(schema), 'k'), (g: object) => g, options);
          assert.deepEqual([out.numRows, typesOf(out)], [0, expected]);
        }
        const groups = [make(schema), make(schema)].map((table, k): [number, Table] => [k, table]);
        const out = await applyParallel(groups, (g: Table) => g, { nJobs });
        assert.deepEqual([out.numRows, typesOf(out)], [0, expected]);
      });
    }

    test('goes through the functions that take a table', async () => {
      for (const type of types) {
        const table = make(schemaOf(type));
        const expected = typesOf(new Table(schemaOf(type)));
        assert.equal(hash(table), hash(new Table(schemaOf(type))));
        assert.equal(hash(table.getChild('x')), hash(new Table(schemaOf(type)).getChild('x')));
        assert.deepEqual(typesOf(shareTable(table)), expected);
        assert.equal(reduceMemory(table).numRows, 0);
        assert.match(toHTML(table), /0 rows/);
        for (const ending of ['dump', 'arrow']) {
          const file = join(tmpdir(), `apply-parallel-own-table-${process.pid}.${ending}`);
          await dump(table, file);
          const back = await load<Table>(file);
          assert.deepEqual(typesOf(back), expected);
          await dump(back, file);
          await rm(file);
        }
      }
    });

    test('is captured, and returned, by functions in workers', async () => {
      const captured = make(schema);
      const vector = captured.getChild('c30');
      const filled = groupby({ k: [1, 2] }, 'k');
      const out = await applyParallel(
        filled,
        (g) => ({ k: g.k, cols: [captured.numCols], none: [vector?.length] }),
        { nJobs: 2, output: 'arrow' },
      );
      assert.deepEqual([...(out.getChild('cols') ?? [])], [types.length + 1, types.length + 1]);
      assert.deepEqual([...(out.getChild('none') ?? [])], [0, 0]);
      const empty = await applyParallel(filled, () => captured, { nJobs: 2, output: 'arrow' });
      assert.deepEqual([empty.numRows, typesOf(empty)], [0, typesOf(new Table(schema))]);
      const columns = { x: captured.getChild('c40') };
      const none = await applyParallel(filled, () => columns, { nJobs: 1, output: 'arrow' });
      assert.deepEqual(typesOf(none), [`x: ${types[40]}`]);
    });
  });
}

test('a result without rows is written to Parquet, read, and grouped again', async () => {
  const file = join(tmpdir(), `apply-parallel-own-table-${process.pid}.parquet`);
  for (const type of [nested[0], nested[3], nested[4], new Utf8()]) {
    const table = ownTable(new Table(schemaOf(type)));
    const out = await applyParallel(groupby(table, 'k'), (g) => g, { nJobs: 1 });
    await dump(out, file);
    const back = await load<Table>(file);
    const again = await applyParallel(groupby(back, 'k'), (g) => g, { nJobs: 1 });
    assert.deepEqual([again.numRows, typesOf(again)], [0, typesOf(back)]);
    assert.equal(hash(back), hash(again));
    await dump(again, file);
  }
  await rm(file);
});
