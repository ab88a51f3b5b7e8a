import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import {
  Table as ArrowTable,
  Bool,
  type DataType,
  DateDay,
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
  Struct,
  type Table,
  Timestamp,
  TimeUnit,
  Union,
  UnionMode,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { applyParallel, groupby, type Row, shutdown } from 'apply-parallel';
import { dataOf } from '#dist/arrow/index.js';
import { mapEntries } from '../../support/arrow-types.js';
import { cellsOf, chunksOf, typeName } from '../../support/cells.js';
import { Random, randomColumn } from '../../support/random-data.js';
import { buildTable } from '../../support/random-tables.js';

after(() => shutdown());

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

describe('nested values that functions hand back as rows have the types of the table again', () => {
  test('members that are null throughout one group, or all of them, lists that are empty, fixed-size ones', async () => {
    const inner = new Struct([
      new Field('at', new Timestamp(TimeUnit.MICROSECOND), true),
      new Field('n', new Int32(), true),
      new Field('note', new Utf8(), true),
      new Field('tags', new List(item(new Int8())), true),
    ]);
    const pair = new FixedSizeList(2, item(new Int16()));
    const rows = [
      { at: 1, n: 2, note: null, tags: [] },
      { at: null, n: null, note: 'x', tags: [1] },
      { at: 5, n: 6, note: null, tags: null },
    ];
    const table = new ArrowTable({
      k: vectorFromArray([1, 2, 3], new Int8()),
      s: vectorFromArray(rows, inner),
      list: vectorFromArray([[], [rows[0]], null], new List(item(inner))),
      none: vectorFromArray([null, null, null], new Int8()),
      empty: vectorFromArray([[], null, []], new LargeList(item(new Int64()))),
      pairs: vectorFromArray([[1, 2], null, [null, null]], pair),
      alone: vectorFromArray(
        [{ n: null }, null, { n: null }],
        new Struct([new Field('n', new DateDay(), true)]),
      ),
    });
    for (const nJobs of [1, 2]) {
      for (const input of ['records', 'danfo'] as const) {
        const grouped = groupby(table, 'k');
        const out = await applyParallel(grouped, (g: object) => g, { input, nJobs, output: 'arrow' });
        for (const { name } of table.schema.fields) {
          assert.deepEqual(column(out, name), column(table, name), `${input}, ${name}`);
        }
      }
    }
  });

  test('maps: keys that come and go, missing and null ones, keys of other types', async () => {
    const maps = new ArrowTable({
      k: vectorFromArray([1, 1, 2], new Int8()),
      m: vectorFromArray(
        [
          new Map([
            ['a', 1],
            ['b', null],
          ]),
          null,
          new Map([['c', 3]]),
        ],
        new Map_(mapEntries(new Int16()) as never),
      ),
    });
    assert.deepEqual(column(await asRows(maps), 'm'), column(maps, 'm'));
    const grouped = groupby(maps, 'k');
    const more = await applyParallel(
      grouped,
      (rows) => rows.map((row, i) => ({ ...row, m: i === 0 ? { ...(row.m as object), d: 4 } : row.m })),
      { input: 'records', nJobs: 1 },
    );
    assert.equal(column(more, 'm').type, column(maps, 'm').type);
    assert.deepEqual(column(more, 'm').cells, [
      '[{key:x61,value:x0100},{key:x62,value:null},{key:x64,value:x0400}]',
      'null',
      '[{key:x63,value:x0300},{key:x64,value:x0400}]',
    ]);
    // Values of other kinds are no map, and those of another type make another map.
    const fractions = await applyParallel(grouped, (rows) => rows.map(() => ({ m: { a: 0.5 } })), {
      input: 'records',
      nJobs: 1,
    });
    assert.match(column(fractions, 'm').type, /^Map<\{key:Utf8, value:Float64\}>/);
    const mixed = await applyParallel(grouped, (rows) => rows.map(() => ({ m: { a: 1, b: 'x' } })), {
      input: 'records',
      nJobs: 1,
    });
    assert.match(column(mixed, 'm').type, /^Struct<\{a:Float64, b:Utf8\}>/);
    const [keys] = randomColumn(new Timestamp(TimeUnit.SECOND), [3], new Random(2), 9, true);
    for (const key of [keys, dataOf(new Int32(), 3, 0, { values: Int32Array.of(-1, 0, 7) })]) {
      const entries = new Struct([new Field('key', key.type, false), new Field('value', new Bool(), true)]);
      const type = new Map_(new Field('entries', entries, false) as never);
      const values = vectorFromArray([true, null, false], new Bool()).data[0];
      const child = dataOf(entries, 3, 0, {}, { children: [keys === key ? keys : key, values] });
      const m = new Vector([dataOf(type, 2, 0, { offsets: Int32Array.of(0, 1, 3) }, { children: [child] })]);
      const odd = new ArrowTable({ m });
      assert.equal(column(await asRows(odd), 'm').type, column(odd, 'm').type);
    }
  });

  test('unions: each value is of the child it was of, or else of one that holds it', async () => {
    for (const mode of [UnionMode.Dense, UnionMode.Sparse]) {
      const type = new Union(
        mode,
        [3, 5, 7],
        [new Int8(), new Utf8(), new Float64()].map((type, k) => new Field(`u${k}`, type, true)),
      );
      const table = buildTable({ types: [type], batches: [20], seed: 4, distinct: 6, slice: [0, 10] }, true);
      const out = await asRows(table);
      assert.equal(column(out, 'c0').type, column(table, 'c0').type);
      assert.deepEqual(
        table.toArray().map(({ c0 }) => c0),
        out.toArray().map(({ c0 }) => c0),
      );
      const other = await asRows(table, (rows) =>
        rows.map((_, i) => ({ c0: [0.5, 'x', 300, null, -3][i % 5] })),
      );
      assert.equal(column(other, 'c0').type, column(table, 'c0').type);
      assert.deepEqual(
        other
          .toArray()
          .slice(0, 5)
          .map(({ c0 }) => c0),
        [0.5, 'x', 300, null, -3],
      );
    }
  });

  test('parts of nested values that still fit have their types', async () => {
    const inner = new Struct([new Field('n', new Int8(), true), new Field('t', new DateDay(), true)]);
    const table = new ArrowTable({
      s: vectorFromArray(
        [
          { n: 1, t: new Date(0) },
          { n: 2, t: null },
        ],
        inner,
      ),
      l: vectorFromArray([[{ n: 1, t: null }], []], new List(item(inner))),
    });
    const out = await asRows(table, (rows) =>
      rows.map(({ s, l }) => ({
        s: { ...(s as object), more: 'x' },
        l: (l as object[]).map((e) => ({ ...e, n: 'y' })),
      })),
    );
    assert.match(column(out, 's').type, /^Struct<\{n:Int8, t:Date32<DAY>, more:Utf8\}>/);
    assert.match(column(out, 'l').type, /^List<Struct<\{n:Utf8, t:Date32<DAY>\}>>/);
  });

  test('nulls take the type that another group gives the column, not that of the table', async () => {
    const table = new ArrowTable({
      k: vectorFromArray([1, 2], new Int8()),
      x: vectorFromArray([{ a: 1 }, { a: 2 }], new Struct([new Field('a', new Int8(), true)])),
    });
    const out = await applyParallel(groupby(table, 'k'), ([{ k }]) => [{ x: k === 1 ? null : 'text' }], {
      input: 'records',
      nJobs: 1,
    });
    assert.deepEqual(column(out, 'x'), { type: 'Utf8', cells: ['null', 'x74657874'] });
    const members = await applyParallel(
      groupby(table, 'k'),
      ([{ k }]) => [{ x: { a: k === 1 ? null : 'text' } }],
      { input: 'records', nJobs: 1 },
    );
    assert.match(column(members, 'x').type, /^Struct<\{a:Utf8\}>/);
  });

  test('an object of columns that a function of rows returns', async () => {
    const table = new ArrowTable({ n: vectorFromArray([1, 2, 3], new Int8()) });
    const out = await asRows(table, (rows) => ({ n: rows.map(({ n }) => n), m: rows.map(({ n }) => n) }));
    assert.deepEqual([column(out, 'n').type, column(out, 'm').type], ['Int8', 'Float64']);
  });
});
