// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  Table as ArrowTable,
  Dictionary,
  Float64,
  Int32,
  Int64,
  type Table,
  Type,
  tableFromArrays,
  Uint32,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { ApplyError, type MemoryReport, reduceMemory, shareTable } from 'apply-parallel';
import * as aq from 'arquero';
import fc from 'fast-check';
import { valuesOfColumn } from '#dist/arrow/read-values.js';
import { cellsOf, chunksOf } from './support/cells.js';
import { anyTable } from './support/random-tables.js';

const types = (table: Table) => table.schema.fields.map(({ type }) => String(type));
const one = (values: readonly unknown[], type: Int64 | Int32 | Uint32 | Float64 | Utf8) =>
  new ArrowTable({ x: vectorFromArray(values, type as Float64) });
const typeOf = (values: readonly unknown[], type: Parameters<typeof one>[1]) =>
  types(reduceMemory(one(values, type)))[0];

describe('reduceMemory', () => {
  test('integers take the narrowest type there is for all of them', () => {
    assert.equal(typeOf([-128n, 127n, null], new Int64()), 'Int8');
    assert.equal(typeOf([0n, 255n], new Int64()), 'Uint8');
    assert.equal(typeOf([-1n, 255n], new Int64()), 'Int16');
    assert.equal(typeOf([2n ** 31n], new Int64()), 'Uint32');
    assert.equal(typeOf([2n ** 53n + 1n], new Int64()), 'Int64');
    assert.equal(typeOf([0, 100], new Uint32()), 'Uint8');
    assert.equal(typeOf([null, null], new Int64()), 'Int8');
  });

  test('floats become Float32 where not a bit is lost, and never integers', () => {
    assert.equal(typeOf([0.5, -0, Number.NaN, Number.NEGATIVE_INFINITY, null], new Float64()), 'Float32');
    assert.equal(typeOf([1, 2, 3], new Float64()), 'Float32');
    for (const value of [0.1, 2 ** 24 + 1, 1e300, Number.MIN_VALUE]) {
      assert.equal(typeOf([value], new Float64()), 'Float64', String(value));
    }
  });

  test('strings that repeat become a dictionary; others stay', () => {
    const texts = Array.from({ length: 1000 }, (_, i) => (i % 9 ? `value ${i % 200}` : null));
    const small = reduceMemory(one(texts, new Utf8()));
    assert.deepEqual(types(small), ['Dictionary<Int16, Utf8>']);
    assert.deepEqual([...(small.getChild('x') ?? [])], texts);
    const names = Array.from({ length: 1000 }, (_, i) => `name ${i}`);
    assert.equal(typeOf(names, new Utf8()), 'Utf8');
    assert.deepEqual(types(reduceMemory(one(texts, new Utf8()), { maxDistinct: 0 })), ['Utf8']);
  });

  test("a dictionary's indices get narrower, over all batches", () => {
    const make = (values: string[]) => vectorFromArray(values, new Dictionary(new Utf8(), new Int32()));
    const table = new ArrowTable({ x: make(['a', 'b']) }).concat(new ArrowTable({ x: make(['c', 'a']) }));
    const small = reduceMemory(table);
    assert.deepEqual(types(small), ['Dictionary<Int8, Utf8>']);
    assert.deepEqual([...(small.getChild('x') ?? [])], ['a', 'b', 'c', 'a']);
  });

  test('it reports bytes and the columns that changed', () => {
    const reports: MemoryReport[] = [];
    const table = tableFromArrays({ n: BigInt64Array.of(1n, 2n), x: Float64Array.of(0.1, 0.2) });
    reduceMemory(table, { report: (report) => reports.push(report) });
    assert.equal(reports.length, 1);
    const [{ before, after, columns }] = reports;
    assert.deepEqual(columns, [{ name: 'n', from: 'Int64', to: 'Int8', before: 16, after: 2 }]);
    assert.equal(before - after, 14);
  });

  test('other kinds of frames keep their kind and their values', () => {
    const rows = [
      { k: 'a', n: 1, big: 5n, when: new Date(3), list: [1] },
      { k: 'a', n: 0.1, big: null, when: null, list: null },
    ];
    assert.deepEqual(reduceMemory(rows), rows);
    const columns = reduceMemory({ x: Float64Array.of(1, 2), n: BigInt64Array.of(1n, 2n) });
    assert.deepEqual(columns, { x: Float32Array.of(1, 2), n: Int8Array.of(1, 2) });
    const table = reduceMemory(aq.table({ x: Float64Array.of(1, 2), s: ['a', 'a'], d: [new Date(1), null] }));
    assert.ok(table.column('x') instanceof Float32Array);
    assert.deepEqual(table.objects(), [
      { x: 1, s: 'a', d: new Date(1) },
      { x: 2, s: 'a', d: null },
    ]);
  });

  test('danfojs: values and dtypes stay', async () => {
    const { DataFrame } = await import('danfojs-node');
    const df = new DataFrame({ n: [1, 2], x: [0.5, Number.NaN], s: ['a', 'a'] });
    const small = reduceMemory(df);
    assert.deepEqual(small.values, df.values);
    assert.deepEqual(small.dtypes, df.dtypes);
  });

  test('whatever is in a table, its values stay, and it never gets larger', () => {
    fc.assert(
      fc.property(anyTable({ maxRows: 40 }), (table) => {
        const before = table.schema.fields.map((_, k) => cellsOf(chunksOf(table, k)));
        let sizes: MemoryReport | undefined;
        const small = reduceMemory(table, {
          report: (report) => {
            sizes = report;
          },
        });
        assert.equal(small.numRows, table.numRows);
        assert.deepEqual(small.schema.names, table.schema.names);
        table.schema.fields.forEach((field, k) => {
          // Numbers of another width have other bytes; all else reads the same from its buffers, through a
          // dictionary too.
          if (field.type.typeId === Type.Int || field.type.typeId === Type.Float) {
            assert.deepEqual(numbersOf(small, k), numbersOf(table, k), String(field.type));
          } else assert.deepEqual(cellsOf(chunksOf(small, k)), before[k], String(field.type));
        });
        for (const column of sizes?.columns ?? []) assert.ok(column.after <= column.before + 64, column.name);
      }),
      { numRuns: 300, seed: 66 },
    );
  });

  test('columns that stay are not copied if they lie in shared memory and keep little else alive', () => {
    const ROWS = 20_000;
    const part = (from: number) =>
      tableFromArrays({
        n: BigInt64Array.from({ length: ROWS }, (_, i) => BigInt(from + i)),
        x: Float64Array.from({ length: ROWS }, (_, i) => (from + i) / 3),
        city: Array.from({ length: ROWS }, (_, i) => (i % 5 === 0 ? null : `city ${(from + i) % 7}`)),
      });
    const shared = [part(0), part(ROWS)].map((each) => shareTable(each));
    const table: Table = shared[0].concat(shared[1]);
    const memoryOf = (from: Table) => from.getChild('x')?.data.map(({ values }) => values.buffer);
    const small = reduceMemory(table);
    assert.deepEqual(types(small), ['Uint16', 'Float64', 'Dictionary<Int8, Utf8>']);
    assert.deepEqual(
      small.batches.map(({ numRows }) => numRows),
      [ROWS, ROWS],
    );
    memoryOf(table)?.forEach((memory, i) => {
      assert.equal(memoryOf(small)?.[i], memory);
    });
    for (const name of ['x', 'city']) {
      assert.deepEqual([...(small.getChild(name) ?? [])], [...(table.getChild(name) ?? [])], name);
    }
    assert.deepEqual(numbersOf(small, 0), numbersOf(table, 0));

    const others: Table[] = [table.slice(0, ROWS / 2), table.slice(ROWS / 2, ROWS / 2 + 10), part(0)];
    for (const other of others) {
      const copied = reduceMemory(other);
      assert.equal(copied.batches.length, 1);
      assert.notEqual(memoryOf(copied)?.[0], memoryOf(other)?.[0]);
      assert.deepEqual([...(copied.getChild('x') ?? [])], [...(other.getChild('x') ?? [])]);
    }
  });

  test('what it is given is checked', () => {
    assert.throws(
      () => reduceMemory(7 as unknown as object),
      (error) => error instanceof ApplyError && error.code === 'ERR_NOT_A_FRAME',
    );
    assert.throws(
      () => reduceMemory([], { maxDistinct: 2 }),
      (error) =>
        error instanceof ApplyError && /maxDistinct must be a number from 0 to 1/.test(error.message),
    );
  });
});

/** Integers of any width as bigints, so that they compare. */
function numbersOf(table: Table, column: number): unknown[] {
  const field = table.schema.fields[column];
  const isInt = field.type.typeId === Type.Int;
  return valuesOfColumn(chunksOf(table, column), field).map((value) =>
    isInt && typeof value === 'number' ? BigInt(value) : value,
  );
}
