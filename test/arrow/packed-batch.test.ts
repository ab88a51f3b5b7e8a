import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Field, Float64, Int32, Schema, Struct, TimestampSecond, tableFromArrays } from 'apache-arrow';
import fc from 'fast-check';
import {
  type Batch,
  copyTableToShared,
  describeSchema,
  nullData,
  packBatch,
  unpackBatch,
} from '#dist/arrow/index.js';
import { cellsOf } from '../support/cells.js';
import { anyTable } from '../support/random-tables.js';

const sent = (batch: Batch): Batch => unpackBatch(structuredClone(packBatch(batch)));

test('every batch arrives as it was, on the same memory', () => {
  fc.assert(
    fc.property(anyTable({ minColumns: 1 }), (table) => {
      const batch = copyTableToShared(table);
      const arrived = sent(batch);
      assert.equal(arrived.numRows, batch.numRows);
      assert.deepEqual(describeSchema(arrived.schema), describeSchema(batch.schema));
      assert.deepEqual(
        arrived.columns.map((data) => [data.length, data.nullCount, cellsOf([data])]),
        batch.columns.map((data) => [data.length, data.nullCount, cellsOf([data])]),
      );
      for (const [k, { values: here }] of batch.columns.entries()) {
        if (!(here?.byteLength > 0)) continue;
        const there = arrived.columns[k].values;
        assert.equal(there.constructor, here.constructor);
        const bytes = new Uint8Array(here.buffer as ArrayBuffer, here.byteOffset, 1);
        bytes[0] ^= 0xff;
        assert.equal(new Uint8Array(there.buffer as ArrayBuffer, there.byteOffset, 1)[0], bytes[0]);
      }
    }),
    { numRuns: 200 },
  );
});

test('fields that differ in their metadata, or in that of their members, stay apart', () => {
  const member = (unit: string) =>
    new Struct([new Field('x', new Float64(), true, new Map([['unit', unit]]))]);
  const fields = [
    new Field('a', new Int32(), true),
    new Field('b', new Int32(), false),
    new Field('c', new Int32(), true, new Map([['unit', 'm']])),
    new Field('d', member('m')),
    new Field('e', member('s')),
    new Field('f', new TimestampSecond('UTC')),
    new Field('g', new TimestampSecond()),
  ];
  const schema = new Schema(fields, new Map([['pandas', '{}']]));
  const arrived = sent({ schema, columns: fields.map(({ type }) => nullData(type, 2)), numRows: 2 });
  assert.deepEqual(describeSchema(arrived.schema), describeSchema(schema));
});

test('thousands of columns are a handful of objects in a message, and few pieces of memory', () => {
  const names = Array.from({ length: 3000 }, (_, k) => `c${k}`);
  const batch = copyTableToShared(
    tableFromArrays(Object.fromEntries(names.map((name) => [name, new Float64Array(1000)]))),
  );
  const packed = packBatch(batch);
  assert.equal(packed.kinds.length, 1);
  // 24 MB, in pieces of 1 MB.
  assert.ok(packed.memory.length < 32, `${packed.memory.length} pieces of memory`);
});
