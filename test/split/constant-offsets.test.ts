// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { LargeUtf8, Table, Utf8, vectorFromArray } from 'apache-arrow';
import { applyParallel, groupby, shutdown } from 'apply-parallel';
import { chunkedColumn, groupRows, scatterTable } from '#dist/split/index.js';
import { cellsOf } from '../support/cells.js';

after(() => shutdown());

const codes = ['bbb', 'aaa', 'ccc', 'aaa'];
const codeTable = (rows = codes) =>
  new Table({
    key: vectorFromArray(rows, new Utf8()),
    name: vectorFromArray(rows, new Utf8()),
    large: vectorFromArray(rows, new LargeUtf8()),
  });

const split = (table: Table) => {
  const options = { sort: true, dropna: true, observed: true };
  return scatterTable(table, groupRows([chunkedColumn(table, 0)], table.numRows, options)).columns;
};

test('columns of one width share offsets within a table, and never with another table', () => {
  const [key, name, large] = split(codeTable());
  // Small buffers lie side by side in one SharedArrayBuffer.
  assert.equal(key.valueOffsets.buffer, name.valueOffsets.buffer);
  assert.equal(key.valueOffsets.byteOffset, name.valueOffsets.byteOffset);
  assert.notEqual(key.valueOffsets.byteOffset, large.valueOffsets.byteOffset);
  const others = split(codeTable());
  assert.notEqual(key.valueOffsets.buffer, others[0].valueOffsets.buffer);
  key.valueOffsets.fill(7);
  for (const column of [...others, ...split(codeTable())]) {
    assert.deepEqual(cellsOf([column]), cellsOf([others[0]]));
  }
});

test('a function that writes to the offsets of its group changes no other table', async () => {
  const rows = Array.from({ length: 30_000 }, (_, i) => `k${(i * 7) % 10}`);
  for (const [input, nJobs] of [
    [codeTable(), 1] as const,
    [codeTable(), 2] as const,
    [codeTable(rows), 2] as const,
  ]) {
    const sorted = (await applyParallel(groupby(input, 'key'), (group) => group, { nJobs })) as Table;
    const before = sorted.toArray().map(String);
    const spoil = (group: Table) => {
      for (const { children } of group.data)
        for (const { valueOffsets: view } of children) {
          new Uint8Array(view.buffer, view.byteOffset, view.byteLength).fill(0x5a);
        }
      return { n: [1] };
    };
    for (const given of [input, sorted])
      await applyParallel(groupby(given, 'key'), spoil as never, { nJobs });
    assert.deepEqual(sorted.toArray().map(String), before);
    const again = (await applyParallel(groupby(input, 'key'), (group) => group, { nJobs })) as Table;
    assert.deepEqual(again.toArray().map(String), before);
  }
});
