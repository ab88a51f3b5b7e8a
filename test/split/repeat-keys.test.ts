// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Dictionary, Int32, type Table, tableFromArrays, Utf8 } from 'apache-arrow';
import { chunkedColumn, groupRows, repeatedKeys, scatterTable } from '#dist/split/index.js';
import { scalarTypes } from '../support/arrow-types.js';
import { cellsOf, typeName } from '../support/cells.js';
import { buildTable } from '../support/random-tables.js';

const dictionary = new Dictionary(new Utf8(), new Int32());

function scatterBothWays(table: Table, numKeys: number, observed = true) {
  const keys = Array.from({ length: numKeys }, (_, k) => chunkedColumn(table, k));
  const grouping = groupRows(keys, table.numRows, { sort: true, dropna: true, observed });
  const filled = scatterTable(table, grouping, keys);
  const moved = scatterTable(table, grouping);
  return { keys, grouping, filled: filled.columns, moved: moved.columns };
}

test('filled key columns are those that would have been moved, byte by byte', () => {
  let repeated = 0;
  for (const type of [...scalarTypes, dictionary]) {
    for (let seed = 0; seed < 6; seed++) {
      const table = buildTable({
        types: [type, type, new Utf8()],
        batches: [1200, 0, 1700],
        seed,
        distinct: 2,
        slice: seed % 2 ? [0, 10] : [1, 9],
      });
      for (const numKeys of [1, 2]) {
        const { keys, grouping, filled, moved } = scatterBothWays(table, numKeys);
        for (const key of keys) repeated += Number(repeatedKeys(key, grouping, keys) !== undefined);
        filled.forEach((data, k) => {
          assert.deepEqual(cellsOf([data]), cellsOf([moved[k]]), typeName(data.type));
          assert.deepEqual(data.values, moved[k].values, typeName(data.type));
          assert.deepEqual(data.valueOffsets, moved[k].valueOffsets);
        });
      }
    }
  }
  assert.ok(repeated > 30, `${repeated} columns were filled`);
});

test('only the columns that the table is grouped by are filled, and only for large groups', () => {
  const column = () => Int32Array.from({ length: 3000 }, (_, i) => i % 3);
  const table = tableFromArrays({ key: column(), other: column() });
  const ask = (rows: number, asked: number) => {
    const part = table.slice(0, rows);
    const keys = [chunkedColumn(part, 0)];
    const grouping = groupRows(keys, rows, { sort: true, dropna: true, observed: true });
    return repeatedKeys(chunkedColumn(part, asked), grouping, keys)?.width;
  };
  assert.equal(ask(3000, 0), 4);
  assert.equal(ask(3000, 1), undefined);
  assert.equal(ask(100, 0), undefined);
});
