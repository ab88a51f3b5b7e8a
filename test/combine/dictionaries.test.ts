// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  Data,
  type DataType,
  Dictionary,
  Field,
  Int8,
  Int32,
  Int64,
  List,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { applyParallel, groupby } from 'apply-parallel';
import fc from 'fast-check';
import { tableOf } from '#dist/arrow/index.js';
import { checkDictionaryIndices } from '#dist/combine/index.js';
import { type FrameResult, readResult } from '#dist/frame/index.js';
import { groupRows } from '#dist/split/index.js';
import { cellsOf, chunksOf, rowsOf } from '../support/cells.js';
import { combineAll, tableOfData } from '../support/combining.js';
import { Random, randomColumn } from '../support/random-data.js';

/** What a reader of the file, or of the stream, gets. */
function written(table: Table, format: 'file' | 'stream'): Table {
  return tableFromIPC(tableToIPC(table, format));
}

function assertSurvives(out: Table, expected: readonly (readonly string[])[]): void {
  assert.deepEqual(rowsOf(out), expected);
  for (const format of ['file', 'stream'] as const)
    assert.deepEqual(rowsOf(written(out, format)), expected, format);
}

const category = (values: readonly (string | null)[], id: number | null = null): Data => {
  const type = new Dictionary(new Utf8(), new Int8(), id);
  return vectorFromArray(values, type).data[0];
};

const tableOfColumns = (columns: { [name: string]: Data }): Table => {
  const schema = new Schema(Object.entries(columns).map(([name, { type }]) => new Field(name, type, true)));
  const numRows = Math.max(...Object.values(columns).map(({ length }) => length));
  return tableOf(schema, [{ schema, columns: Object.values(columns), numRows }]);
};

/** The type with every dictionary in it. */
function dictionariesIn(type: DataType): Dictionary[] {
  const inner = (type.children ?? []).flatMap((field) => dictionariesIn(field.type));
  return type instanceof Dictionary ? [type, ...inner] : inner;
}

test('dictionaries that differ become one, and survive being written', () => {
  const groups = [category(['a', 'b', null]), category(['b', 'c']), category(['c', 'a'])];
  const out = combineAll(
    groups.map((data) => tableOfData(data)),
    { workers: 2 },
  );
  assert.ok(out.schema.fields[0].type instanceof Dictionary);
  const dictionaries = new Set(chunksOf(out, 0).map((chunk) => chunk.dictionary));
  assert.equal(dictionaries.size, 1);
  assertSurvives(
    out,
    cellsOf(groups).map((cell) => [cell]),
  );
});

test('large batches, which are not joined, share the dictionary too', () => {
  const values = (names: readonly string[]) =>
    Array.from({ length: 20_000 }, (_, i) => names[i % names.length]);
  const groups = [category(values(['a', 'b'])), category(values(['c', 'b'])), category(values(['d']))];
  const out = combineAll(
    groups.map((data) => tableOfData(data)),
    { workers: 2 },
  );
  assert.ok(out.batches.length > 1);
  assertSurvives(
    out,
    cellsOf(groups).map((cell) => [cell]),
  );
});

test('ids that two workers both chose become different', () => {
  const groups: { [name: string]: Data }[] = [
    { p: category(['a', 'b'], 7) },
    { q: category(['x'], 7), p: category(['b'], 9) },
    { q: category(['y'], 7) },
  ];
  const out = combineAll(
    groups.map((columns) => tableOfColumns(columns)),
    { workers: 3 },
  );
  const ids = out.schema.fields.flatMap(({ type }) => dictionariesIn(type)).map(({ id }) => id);
  assert.equal(new Set(ids).size, 2);
  const [a, b, x, y] = ['a', 'b', 'x', 'y'].map((text) => `x${Buffer.from(text).toString('hex')}`);
  assertSurvives(out, [
    [a, 'null'],
    [b, 'null'],
    [b, x],
    ['null', y],
  ]);
});

test('dictionaries inside lists and structs as well', () => {
  const inner = new Dictionary(new Utf8(), new Int8());
  const list = new List(new Field('item', inner, true));
  const struct = new Struct([
    new Field('d', new Dictionary(new Utf8(), new Int8()), true),
    new Field('n', new Int32(), true),
  ]);
  const random = new Random(3);
  for (const [type, rows] of [
    [list, 5],
    [struct, 5],
    [new List(new Field('item', struct, true)), 5],
    [list, 20_000],
  ] as const) {
    const groups = [0, 1, 2].map(() => randomColumn(type, [rows], random, 9)[0]);
    const out = combineAll(
      groups.map((data) => tableOfData(data)),
      { workers: 2 },
    );
    assertSurvives(
      out,
      cellsOf(groups).map((cell) => [cell]),
    );
  }
});

test('several dictionary columns over many groups and workers', () => {
  const name = fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { freq: 5 });
  const group = fc.array(fc.tuple(name, name), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(
      fc.array(group, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 3 }),
      (groups, workers) => {
        const tables = groups.map((rows, g) =>
          tableOfColumns({
            p: category(
              rows.map(([p]) => p),
              g % 3,
            ),
            q: category(
              rows.map(([, q]) => q),
              3 + (g % 2),
            ),
          }),
        );
        assertSurvives(combineAll(tables, { workers }), tables.flatMap(rowsOf));
      },
    ),
    { numRuns: 100 },
  );
});

describe('ordered dictionaries', () => {
  const ordered = (names: readonly string[], rows: readonly number[]) => {
    const type = new Dictionary(new Utf8(), new Int8(), null, true);
    const buffers = [undefined, Int8Array.from(rows)] as never;
    const names8 = vectorFromArray([...names], new Utf8());
    return tableOfData(new Data(type, 0, rows.length, 0, buffers, [], names8));
  };
  const joined = (...tables: Table[]) => {
    const out = combineAll(tables, { workers: 2 });
    return { type: out.schema.fields[0].type as Dictionary, values: [...(out.getChildAt(0) ?? [])] };
  };

  test('that agree stay ordered, the longer one included', () => {
    const { type, values } = joined(
      ordered(['small', 'large'], [1, 0]),
      ordered(['small', 'large'], [0]),
      ordered(['small', 'large', 'huge'], [2]),
    );
    assert.ok(type.isOrdered);
    assert.deepEqual(values, ['large', 'small', 'small', 'huge']);
  });

  test('that contradict each other become one that is not ordered', () => {
    const { type, values } = joined(ordered(['a', 'b'], [0, 1]), ordered(['b', 'a'], [0, 1]));
    assert.ok(!type.isOrdered);
    assert.deepEqual(values, ['a', 'b', 'b', 'a']);
  });

  test('in batches of one key column: by value where they contradict each other', () => {
    const batches = (...tables: Table[]) => {
      const keys = tables.map((table) => table.batches[0].data.children[0]);
      return groupRows([{ type: keys[0].type, chunks: keys }], 2 * keys.length, {
        sort: true,
        dropna: true,
        observed: true,
      }).firstRows;
    };
    assert.deepEqual([...batches(ordered(['b', 'a'], [1, 0]), ordered(['b', 'a'], [0, 1]))], [1, 0]);
    assert.deepEqual([...batches(ordered(['b', 'a'], [0, 1]), ordered(['a', 'b'], [0, 1]))], [1, 0]);
    assert.deepEqual([...batches(ordered(['a', 'b'], [0, 1]), ordered(['b', 'a'], [0, 1]))], [0, 1]);
  });
});

describe('an index past its dictionary', () => {
  const words = (rows: readonly number[], indices: Int8 | Int64, ...names: string[]) => {
    const type = new Dictionary(new Utf8(), indices as Int8);
    const values = type.indices.ArrayType.from(
      rows.map((row) => (indices instanceof Int64 ? BigInt(row) : row)) as never,
    );
    const buffers = [undefined, values, Uint8Array.of(0b11)] as never;
    return new Vector([new Data(type, 0, rows.length, -1, buffers, [], vectorFromArray(names, new Utf8()))]);
  };
  const table = new Table({ k: vectorFromArray([0, 1, 2, 3], new Int32()) });

  for (const backend of ['inline', 'threads'] as const) {
    for (const indices of [new Int8(), new Int64()]) {
      for (const wrong of [5, -1]) {
        const what = `${indices}, ${wrong}, ${backend}`;
        test(`is an error of the group that returned it, not of one after it: ${what}`, async () => {
          const results = [
            ['a', 0],
            ['b', wrong],
            ['c', 0],
            ['d', 0],
          ].map(([name, row]) => {
            return { y: words([0, row as number], indices, name as string) };
          });
          const call = applyParallel(groupby(table, 'k'), (_: Table, { index }) => results[index], {
            backend,
            nJobs: 2,
          });
          await assert.rejects(call, {
            name: 'GroupError',
            code: 'ERR_BAD_RESULT',
            key: 1,
            message: new RegExp(`column 'y' has the index ${wrong} into a dictionary of 1 values`),
          });
        });
      }
    }
  }

  test('does not matter where the row is null, and is found inside lists', () => {
    const [row] = words([0, 0, 9], new Int8(), 'a').data;
    checkDictionaryIndices(readResult({ y: new Vector([row]) }) as FrameResult);
    const list = new List(new Field('item', row.type, true));
    const outer = (child: Data) =>
      new Vector([new Data(list, 0, 1, 0, [Int32Array.of(0, child.length)], [child])]);
    checkDictionaryIndices(readResult({ y: outer(row) }) as FrameResult);
    const [bad] = words([0, 9], new Int8(), 'a').data;
    assert.throws(() => checkDictionaryIndices(readResult({ y: outer(bad) }) as FrameResult), {
      code: 'ERR_BAD_RESULT',
    });
  });
});
