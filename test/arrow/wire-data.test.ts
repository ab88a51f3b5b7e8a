import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Dictionary, Field, Int8, Schema, Utf8 } from 'apache-arrow';
import fc from 'fast-check';
import {
  allocateShared,
  type Batch,
  concatData,
  describeBatch,
  describeData,
  describeSchema,
  describeType,
  reviveBatch,
  reviveData,
  reviveSchema,
  reviveType,
  sameType,
} from '#dist/arrow/index.js';
import { cellsOf, chunksOf, typeName } from '../support/cells.js';
import { anyTable, anyType } from '../support/random-tables.js';

const sent = <T>(value: T): T => structuredClone(value);

test('every type arrives as it was', () => {
  fc.assert(
    fc.property(anyType, (type) => {
      const arrived = reviveType(sent(describeType(type)));
      assert.equal(typeName(arrived), typeName(type));
      assert.equal(arrived.ArrayType, type.ArrayType);
      assert.ok(sameType(arrived, type));
      assert.deepEqual(describeType(arrived), describeType(type));
    }),
    { numRuns: 500 },
  );
});

test('types that differ in anything that counts are not the same', () => {
  fc.assert(
    fc.property(anyType, anyType, (a, b) => {
      assert.equal(sameType(a, b), sameType(b, a));
      if (typeName(a) === typeName(b) && !String(a).includes('Dictionary')) assert.ok(sameType(a, b));
      if (sameType(a, b)) assert.equal(a.typeId, b.typeId);
    }),
    { numRuns: 500 },
  );
});

test('a schema keeps names, nullability and metadata, nested fields too', () => {
  const item = new Field('item', new Utf8(), false, new Map([['unit', 'm']]));
  const schema = new Schema(
    [
      new Field('a.b c-d', new Dictionary(new Utf8(), new Int8(), 77, true), false, new Map([['k', 'v']])),
      item,
    ],
    new Map([['pandas', '{}']]),
  );
  const arrived = reviveSchema(sent(describeSchema(schema)));
  assert.deepEqual(describeSchema(arrived), describeSchema(schema));
  assert.equal((arrived.fields[0].type as Dictionary).id, 77);
  assert.equal((arrived.fields[0].type as Dictionary).isOrdered, true);
});

test('columns that share a dictionary arrive sharing it', () => {
  const shared = new Dictionary(new Utf8(), new Int8());
  const schema = new Schema([new Field('a', shared), new Field('b', shared)]);
  const arrived = reviveSchema(sent(describeSchema(schema)));
  assert.deepEqual(
    arrived.fields.map(({ type }) => (type as Dictionary).id),
    [shared.id, shared.id],
  );
});

test('every column arrives as it was, sliced ones too', () => {
  fc.assert(
    fc.property(anyTable(), (table) => {
      table.schema.fields.forEach(({ type }, k) => {
        const chunks = chunksOf(table, k);
        const arrived = chunks.map((chunk) =>
          reviveData(reviveType(sent(describeType(type))), sent(describeData(chunk))),
        );
        assert.deepEqual(cellsOf(arrived), cellsOf(chunks));
        assert.deepEqual(
          arrived.map((data) => [data.length, data.nullCount]),
          chunks.map((data) => [data.length, data.nullCount]),
        );
      });
    }),
    { numRuns: 200 },
  );
});

test('a batch in shared memory arrives on the same memory', () => {
  fc.assert(
    fc.property(anyTable({ minColumns: 1 }), (table) => {
      const columns = table.schema.fields.map(({ type }, k) =>
        concatData(type, chunksOf(table, k), allocateShared),
      );
      const fields = table.schema.fields.map((field, k) => field.clone({ type: columns[k].type }));
      const batch: Batch = { schema: new Schema(fields), columns, numRows: table.numRows };
      const arrived = reviveBatch(sent(describeBatch(batch)));
      assert.deepEqual(
        arrived.columns.map((data) => cellsOf([data])),
        columns.map((data) => cellsOf([data])),
      );
      const here = columns.find(({ values }) => values?.byteLength > 0);
      if (here === undefined) return;
      const there = arrived.columns[columns.indexOf(here)];
      const bytes = new Uint8Array(here.values.buffer as ArrayBuffer, here.values.byteOffset, 1);
      bytes[0] ^= 0xff;
      const seen = new Uint8Array(there.values.buffer as ArrayBuffer, there.values.byteOffset, 1);
      assert.equal(seen[0], bytes[0]);
    }),
    { numRuns: 100 },
  );
});
