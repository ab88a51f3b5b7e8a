import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  Dictionary,
  Int32,
  Table,
  tableFromArrays,
  tableFromIPC,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import { applyParallel } from '#dist/apply-parallel.js';
import { adapterOf, readResult } from '#dist/frame/index.js';
import { groupby } from '#dist/groups/index.js';
import { rowsOf, typeName } from '../support/cells.js';
import { foreignArrow } from '../support/foreign-arrow.js';
import { anyTable } from '../support/random-tables.js';

const toArrow = (frame: unknown): Table => adapterOf(frame)?.toArrow(frame) as Table;

describe('what is an Arrow table', () => {
  test('tables and record batches', () => {
    const table = tableFromArrays({ x: [1, 2] });
    assert.equal(adapterOf(table)?.kind, 'arrow');
    assert.equal(toArrow(table), table);
    assert.equal(adapterOf(table.batches[0])?.kind, 'arrow');
    assert.deepEqual(rowsOf(toArrow(table.batches[0])), rowsOf(table));
  });

  test('nothing else', () => {
    for (const value of [
      null,
      undefined,
      1,
      'table',
      {},
      { schema: {} },
      { schema: { fields: [] } },
      new Map(),
    ]) {
      assert.notEqual(adapterOf(value)?.kind, 'arrow');
    }
  });
});

describe('tables of another copy of apache-arrow', () => {
  let foreign: typeof import('apache-arrow');
  before(async () => {
    foreign = await foreignArrow();
    assert.notEqual(foreign.Table, Table);
  });

  const foreignTable = (table: Table): Table => foreign.tableFromIPC(tableToIPC(table)) as unknown as Table;

  test('are tables, and become this copy’s without copying values', () => {
    const theirs = foreignTable(tableFromArrays({ x: Int32Array.of(1, 2, 3), s: ['a', 'b', 'a'] }));
    assert.equal(Object.getPrototypeOf(theirs) === Table.prototype, false);
    const ours = toArrow(theirs);
    assert.equal(Object.getPrototypeOf(ours), Table.prototype);
    assert.deepEqual(rowsOf(ours), rowsOf(theirs));
    const [mine, other] = [ours, theirs].map((table) => table.batches[0].data.children[0].values);
    assert.equal(mine, other);
  });

  test('keep every row, type and metadata', () => {
    // apache-arrow writes no views and not every union, so the tables are rebuilt from their parts.
    fc.assert(
      fc.property(anyTable(), (table) => {
        const theirs = Object.create(foreign.Table.prototype, {
          schema: { value: table.schema },
          batches: { value: table.batches },
        });
        const ours = toArrow(theirs);
        assert.deepEqual(rowsOf(ours), rowsOf(table));
        assert.deepEqual(ours.schema.fields.map(shapeOf), table.schema.fields.map(shapeOf));
        assert.deepEqual(ours.schema.metadata, table.schema.metadata);
      }),
      { numRuns: 100 },
    );
    function shapeOf({ name, type, nullable, metadata }: Table['schema']['fields'][number]) {
      return [name, typeName(type), nullable, metadata];
    }
  });

  test('two columns of one dictionary', () => {
    const type = new foreign.Dictionary(new foreign.Utf8(), new foreign.Int32());
    const vector = foreign.vectorFromArray(['a', 'b', 'a'], type);
    const theirs = new foreign.Table({ p: vector, q: vector });
    assert.deepEqual(rowsOf(toArrow(theirs)), rowsOf(theirs as unknown as Table));
  });

  test('are grouped, handed to functions and returned by them', async () => {
    const table = tableFromArrays({ k: ['b', 'a', 'b'], x: Int32Array.of(1, 2, 3) });
    const grouped = groupby(foreignTable(table), 'k');
    assert.deepEqual(grouped.keys, ['a', 'b']);
    const same = await applyParallel(grouped, (g) => g, { nJobs: 1 });
    assert.deepEqual([...(same.getChild('x') ?? [])], [2, 1, 3]);
    const theirs = await applyParallel(groupby(table, 'k'), (g) => foreignTable(g as never) as never, {
      nJobs: 1,
    });
    assert.equal(Object.getPrototypeOf(theirs), Table.prototype);
    assert.deepEqual([...((theirs as Table).getChild('x') ?? [])], [2, 1, 3]);
    assert.doesNotThrow(() => tableFromIPC(tableToIPC(theirs as Table)));
  });

  test('their vectors are columns of a result, and keys', async () => {
    const type = new foreign.Dictionary(new foreign.Utf8(), new foreign.Int8());
    const strings = foreign.vectorFromArray(['u', null, 'u'], type) as never;
    const result = readResult({ s: strings, n: [1, 2, 3] });
    assert.deepEqual(
      result?.columns.map(({ field }) => field.name),
      ['s', 'n'],
    );

    const table = tableFromArrays({ x: Int32Array.of(1, 2, 3) });
    const grouped = groupby(table, strings);
    assert.deepEqual(grouped.keys, ['u']);
    const out = await applyParallel(grouped, (g: Table) => ({ x: g.getChild('x'), s: ['p', 'q'] }), {
      nJobs: 1,
    });
    assert.deepEqual([...((out as Table).getChild('x') ?? [])], [1, 3]);
    const withTheirs = await applyParallel(groupby(table, Int32Array.of(1, 1, 1)), () => ({ s: strings }), {
      nJobs: 1,
    });
    const column = (withTheirs as Table).getChild('s');
    assert.deepEqual([...(column ?? [])], ['u', null, 'u']);
    assert.ok(Object.getPrototypeOf(column?.type).constructor === Dictionary);
    assert.doesNotThrow(() => tableFromIPC(tableToIPC(withTheirs as Table, 'file')));
  });
});

test('a vector of this copy is a column as it is', () => {
  const type = new Dictionary(new Utf8(), new Int32());
  const vector = vectorFromArray(['a', null], type);
  assert.equal(readResult({ v: vector })?.columns[0].chunks[0], vector.data[0]);
});
