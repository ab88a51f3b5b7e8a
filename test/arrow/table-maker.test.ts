import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { Float64, makeData, RecordBatch, Table, tableFromIPC, tableToIPC } from 'apache-arrow';
import fc from 'fast-check';
import { type Batch, sliceBatch, tableMaker, tableOf } from '#dist/arrow/index.js';
import { batchOf } from '../support/batches.js';
import { rowsOf } from '../support/cells.js';
import { Random, randomColumn } from '../support/random-data.js';
import { anyType } from '../support/random-tables.js';

const ROWS = 12;
const text = (value: unknown) => inspect(value, { depth: 12, showHidden: true, maxArrayLength: 50 });

/** What a program can ask of a table. */
const questions: { [name: string]: (table: Table) => unknown } = {
  members: (table) => Object.getOwnPropertyNames(table),
  symbols: (table) => [
    Object.prototype.toString.call(table),
    table instanceof Table,
    Table.isTable(table),
    (table as unknown as { [Symbol.isConcatSpreadable]: boolean })[Symbol.isConcatSpreadable],
  ],
  batches: (table) => table.batches.map((batch) => [Object.getOwnPropertyNames(batch), batch.numRows]),
  classes: (table) => [table.constructor === Table, table.batches.map((b) => b instanceof RecordBatch)],
  schema: (table) => [text(table.schema), table.batches.map(({ schema }) => text(schema))],
  data: (table) => text(table.data),
  counts: (table) => [table.numRows, table.numCols, table.nullCount, table.batches[0].nullCount],
  rows: (table) => [table.toArray().map(String), [...table].map(String), String(table)],
  'a row': (table) => [String(table.get(1)), String(table.at(-1)), table.isValid(0)],
  dictionaries: (table) => [...table.batches[0].dictionaries.keys()],
  metadata: (table) => [...table.batches[0].metadata],
  children: (table) => table.schema.names.map((name) => text(table.getChild(name)?.toArray())),
  'a slice': (table) => rowsOf(table.slice(1, 3)),
  'a slice of a batch': (table) => table.batches[0].slice(1, 2).toArray().map(String),
  'a selection': (table) => rowsOf(table.select([table.schema.names[0]])),
  'a selection by place': (table) => rowsOf(table.selectAt([1, 0])),
  'joined to itself': (table) => rowsOf(table.concat(table)),
  'assigned to itself': (table) => rowsOf(table.assign(table.select([table.schema.names[1]]))),
  'another column': (table) => rowsOf(table.setChildAt(0, table.getChildAt(1) as never)),
  'a batch alone': (table) => rowsOf(new Table([table.batches[0]])),
};

describe('a table of a maker', () => {
  const drawn = fc.record({
    types: fc.array(anyType, { minLength: 2, maxLength: 4 }),
    seed: fc.integer(),
    from: fc.integer({ min: 0, max: 5 }),
    rows: fc.integer({ min: 3, max: 6 }),
  });

  test('is one of apache-arrow in all that can be asked', () => {
    fc.assert(
      fc.property(drawn, ({ types, seed, from, rows }) => {
        const columns = types.map((type, k) => randomColumn(type, [ROWS], new Random(seed + k), 6)[0]);
        const batch = batchOf(Object.fromEntries(columns.map((data, k) => [`c${k}`, data])));
        const make = tableMaker(batch.schema);
        make(sliceBatch(batch, 0, 2));
        const slice = sliceBatch(batch, from, from + rows);
        for (const [name, ask] of Object.entries(questions)) {
          assert.deepEqual(answer(ask, make(slice)), answer(ask, tableOf(batch.schema, [slice])), name);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('can be written and read', () => {
    const { batch, make } = numbers();
    const table = make(sliceBatch(batch, 2, 5));
    assert.deepEqual(tableToIPC(table), tableToIPC(tableOf(batch.schema, [sliceBatch(batch, 2, 5)])));
    assert.deepEqual(rowsOf(tableFromIPC(tableToIPC(table))), rowsOf(table));
  });

  test('has members of its own', () => {
    const { batch, make } = numbers();
    const one = make(sliceBatch(batch, 0, 3));
    const other = make(sliceBatch(batch, 3, 6));
    const before = text(other);
    one.batches[0].metadata.set('a', 'b');
    one.batches[0].data.children.pop();
    (one.batches as unknown[]).pop();
    one.data.pop();
    assert.equal(text(other), before);
    const third = make(sliceBatch(batch, 3, 6));
    third.batches[0].data.setValid(1, false);
    assert.equal(third.batches[0].nullCount, 1);
    assert.equal(third.nullCount, 1);
    assert.equal(text(make(sliceBatch(batch, 3, 6))), before);
  });

  test('without rows, and without columns', () => {
    const { batch, make } = numbers();
    const slice = sliceBatch(batch, 1, 1);
    assert.equal(text(make(slice)), text(tableOf(batch.schema, [slice])));
    const none: Batch = { ...batchOf({}), numRows: 2 };
    assert.equal(text(tableMaker(none.schema)(none)), text(tableOf(none.schema, [none])));
  });
});

function numbers() {
  const floats = (step: number) =>
    makeData({ type: new Float64(), data: Float64Array.from({ length: ROWS }, (_, k) => k * step) });
  const batch = batchOf({ x: floats(1), y: floats(2) });
  return { batch, make: tableMaker(batch.schema) };
}

/** Returns what is answered, or the message of what is thrown. */
function answer(ask: (table: Table) => unknown, table: Table): unknown {
  try {
    return ask(table);
  } catch (error) {
    return String(error);
  }
}
