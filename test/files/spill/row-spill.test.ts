import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Table, Utf8, Vector, vectorFromArray } from 'apache-arrow';
import { RowSpill } from '#dist/files/spill/row-spill.js';

const parent = mkdtempSync(join(tmpdir(), 'apply-parallel-row-spill-'));
after(() => rmSync(parent, { recursive: true }));

const numRows = 3000;
const numbers = Int32Array.from({ length: numRows }, (_, k) => (k * 7) % numRows);
const columns = 6;

/** Returns the rows of these numbers; every column says the number in its own way. */
function piece(rows: Int32Array): Table {
  const vectors: Record<string, unknown> = {};
  for (let k = 0; k < columns; k++) vectors[`x${k}`] = vectorFromArray(rows.map((row) => row * (k + 1)));
  vectors.text = vectorFromArray(
    Array.from(rows, (row) => `row ${row}`),
    new Utf8(),
  );
  return new Table(vectors as never);
}

test('rows that come in any order are read in theirs, and other work goes on while they are written', async () => {
  // More buckets than files that stay open.
  const spill = await RowSpill.open({ numRows, bytes: 1000, bucketBytes: 10, parent });
  let turns = 0;
  const count = () => {
    turns++;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  const pieces = [numbers.subarray(0, 1000), numbers.subarray(1000, 1001), numbers.subarray(1001)];
  for (const rows of pieces) {
    turns = 0;
    await spill.add(piece(rows), rows);
    assert.ok(turns >= columns, `${turns} turns`);
  }
  clearImmediate(next);
  const { schema } = piece(numbers);
  const read: unknown[] = [];
  for (const range of spill.ranges()) {
    const batch = await spill.load(range, schema, { workers: 0, signal: new AbortController().signal });
    const vectors = batch.columns.map((column) => new Vector([column]));
    for (let row = 0; row < batch.numRows; row++) read.push(vectors.map((vector) => vector.get(row)));
  }
  const expected = Array.from({ length: numRows }, (_, row) => [
    ...Array.from({ length: columns }, (_, k) => row * (k + 1)),
    `row ${row}`,
  ]);
  assert.deepEqual(read, expected);
  await spill.remove();
  assert.deepEqual(readdirSync(parent), []);
});

test('an error of writing is that of the spill, and the files can be removed', async () => {
  const spill = await RowSpill.open({ numRows, bytes: 1000, bucketBytes: 500, parent });
  const [folder] = readdirSync(parent);
  for (const name of readdirSync(join(parent, folder))) rmSync(join(parent, folder, name));
  await assert.rejects(spill.add(piece(numbers), numbers), {
    code: 'ERR_SPILL',
    message: /cannot be spilled/,
  });
  await spill.remove();
  assert.deepEqual(readdirSync(parent), []);
});
