import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { type Data, Int32, makeVector, Table, tableFromArrays, Utf8, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import { copyTableToShared, isShared } from '#dist/arrow/index.js';
import { chunkedColumn, groupRows, scatterTable } from '#dist/split/index.js';
import { buffersOf, cellsOf, chunksOf, rowsOf, typeName } from '../support/cells.js';
import { anyTable, keyType, type TableOptions } from '../support/random-tables.js';

const options = { sort: true, dropna: true, observed: true };
const keyedTable = (more: TableOptions = {}) => anyTable({ first: keyType, ...more });

/** Scatters a table by its first column, and checks every row against a plain loop. */
function assertScattered(table: Table, dropna: boolean, sort: boolean): void {
  const grouping = groupRows([chunkedColumn(table, 0)], table.numRows, { ...options, dropna, sort });
  const length = grouping.starts[grouping.numGroups];
  const expected: string[][] = [];
  rowsOf(table).forEach((row, r) => {
    if (grouping.places[r] >= 0) expected[grouping.places[r]] = row;
  });
  const batch = scatterTable(table, grouping);
  assert.equal(batch.numRows, length);
  batch.columns.forEach((data, k) => {
    assert.deepEqual(
      cellsOf([data]),
      Array.from(expected, (row) => row[k]),
      typeName(data.type),
    );
    assert.equal(data.length, length);
    const field = batch.schema.fields[k];
    assert.equal(typeName(field.type), typeName(data.type));
    assert.equal(field.name, table.schema.fields[k].name);
    assert.deepEqual(field.metadata, table.schema.fields[k].metadata);
  });
  assert.deepEqual(batch.schema.metadata, table.schema.metadata);
}

test('every row of every type goes to its place, bit for bit', () => {
  fc.assert(fc.property(keyedTable(), fc.boolean(), fc.boolean(), assertScattered), { numRuns: 600 });
});

test('larger tables too', () => {
  fc.assert(
    fc.property(keyedTable({ maxRows: 3000, maxColumns: 2 }), (table) => assertScattered(table, true, true)),
    { numRuns: 20 },
  );
});

test('the shards lie in shared memory, and the input is not written to', () => {
  fc.assert(
    fc.property(keyedTable(), (table) => {
      const hash = () => [...buffersOf(table)].map((buffer) => digest(buffer));
      const before = hash();
      const grouping = groupRows([chunkedColumn(table, 0)], table.numRows, options);
      const inputs = buffersOf(table);
      const visit = (data: Data): void => {
        for (const view of [data.values, data.valueOffsets, data.nullBitmap, data.typeIds]) {
          assert.ok(isShared(view as ArrayBufferView | undefined));
          if (view?.byteLength) assert.ok(!inputs.has(view.buffer as ArrayBuffer), 'a shard of its own');
        }
        data.children.forEach(visit);
      };
      for (const data of scatterTable(table, grouping).columns) visit(data);
      for (const data of copyTableToShared(table).columns) visit(data);
      assert.deepEqual(hash(), before);
    }),
    { numRuns: 200 },
  );
});

const digest = (buffer: ArrayBufferLike): string =>
  createHash('sha1').update(new Uint8Array(buffer)).digest('hex');

test('input that lies group by group already takes the short way, to the same result', () => {
  const inOrder = tableFromArrays({ k: Int32Array.of(1, 1, 2, 5, 5), x: Float64Array.of(1, 2, 3, 4, 5) });
  const shuffled = tableFromArrays({ k: Int32Array.of(1, 2, 1, 5, 5), x: Float64Array.of(1, 3, 2, 4, 5) });
  const group = (table: Table) => groupRows([chunkedColumn(table, 0)], table.numRows, options);
  assert.equal(group(inOrder).inPlace, true);
  assert.equal(group(shuffled).inPlace, false);
  const [a, b] = [inOrder, shuffled].map((table) => scatterTable(table, group(table)).columns);
  assert.deepEqual(
    a.map((data) => cellsOf([data])),
    b.map((data) => cellsOf([data])),
  );
});

test('texts of one width in rows in order share their offsets, in chunks and slices too', () => {
  const rows = {
    k: Int32Array.of(1, 1, 2, 5, 5),
    a: ['LAX', 'SFO', 'LAX', 'JFK', 'ATL'],
    b: ['äa', 'abc', '123', '   ', '€'],
  };
  const whole = new Table({ k: makeVector(rows.k), a: plainTexts(rows.a), b: plainTexts(rows.b) });
  const chunked = whole.slice(1, 3).concat(whole.slice(3, 5), whole.slice(0, 0));
  for (const table of [whole, whole.slice(2), chunked]) {
    const grouping = groupRows([chunkedColumn(table, 0)], table.numRows, options);
    assert.equal(grouping.inPlace, true);
    const { columns } = scatterTable(table, grouping);
    assert.equal(columns[1].valueOffsets.buffer, columns[2].valueOffsets.buffer);
    for (const [k, data] of columns.entries()) assert.deepEqual(cellsOf([data]), cellsOf(chunksOf(table, k)));
  }
});

const plainTexts = (texts: readonly string[]) => vectorFromArray(texts, new Utf8());

test('rows dropped from clustered input are no reason to take the short way', () => {
  const key = new Int32();
  const table = tableFromArrays({ k: Int32Array.of(1, 1, 2) });
  const withNull = new Table({ k: table.getChild('k')?.slice(0, 2).concat(nullsOf(key)) as never });
  const grouping = groupRows([chunkedColumn(withNull, 0)], withNull.numRows, options);
  assert.equal(grouping.inPlace, false);
  assert.deepEqual([...grouping.places], [0, 1, -1]);
});

function nullsOf(type: Int32) {
  const table = tableFromArrays({ n: Int32Array.of(0) });
  const vector = table.getChild('n');
  vector?.set(0, null as never);
  assert.equal(vector?.type.typeId, type.typeId);
  return vector as never;
}

test('copyTableToShared joins the batches of a table, rows in order', () => {
  fc.assert(
    fc.property(anyTable({ minColumns: 1 }), (table) => {
      const batch = copyTableToShared(table);
      table.schema.fields.forEach((_, k) => {
        assert.deepEqual(cellsOf([batch.columns[k]]), cellsOf(chunksOf(table, k)));
      });
    }),
  );
});
