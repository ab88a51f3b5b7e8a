import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Data, type DataType, Type } from 'apache-arrow';
import fc from 'fast-check';
import { allocateShared, concatData, isShared } from '#dist/arrow/index.js';
import { scalarTypes } from '../support/arrow-types.js';
import { buffersOf, cellsOf, chunksOf, typeName } from '../support/cells.js';
import { Random, randomColumn } from '../support/random-data.js';
import { anyTable, anyType } from '../support/random-tables.js';

const joined = (type: DataType, chunks: readonly Data[]) => {
  const data = concatData(type, chunks, allocateShared);
  assert.equal(
    data.length,
    chunks.reduce((sum, chunk) => sum + chunk.length, 0),
  );
  assert.equal(data.offset, 0);
  return data;
};

test('joined chunks hold the rows of the chunks, whatever the type and the slices', () => {
  fc.assert(
    fc.property(anyTable({ minColumns: 1 }), (table) => {
      table.schema.fields.forEach(({ type }, k) => {
        const chunks = chunksOf(table, k);
        const expected = cellsOf(chunks);
        const data = joined(type, chunks);
        assert.deepEqual(cellsOf([data]), expected);
        if (!hasDictionary(type)) assert.equal(typeName(data.type), typeName(type));
      });
    }),
    { numRuns: 400 },
  );
});

test('every scalar type, one by one', () => {
  scalarTypes.forEach((type, seed) => {
    for (let round = 0; round < 5; round++) {
      const chunks = randomColumn(type, [0, 9, 1, 0, 30, 3], new Random(seed * 10 + round), 6);
      assert.deepEqual(cellsOf([joined(type, chunks)]), cellsOf(chunks), String(type));
    }
  });
});

test('no chunks at all make an empty column of the type', () => {
  fc.assert(
    fc.property(anyType, (type) => {
      const data = joined(type, []);
      assert.equal(data.length, 0);
      assert.equal(data.nullCount, 0);
      assert.deepEqual(cellsOf([joined(type, [data, data])]), []);
    }),
  );
});

test('what is joined lies in shared memory and does not refer to the chunks', () => {
  fc.assert(
    fc.property(anyTable({ minColumns: 1, maxColumns: 1 }), (table) => {
      const { type } = table.schema.fields[0];
      const inputs = buffersOf(table);
      const visit = (data: Data): void => {
        for (const view of [
          data.values,
          data.valueOffsets,
          data.nullBitmap,
          data.typeIds,
          ...data.variadicBuffers,
        ]) {
          assert.ok(isShared(view as ArrayBufferView | undefined), `${data.type} in memory of its own`);
          if (view?.byteLength) assert.ok(!inputs.has(view.buffer as ArrayBuffer));
        }
        data.children.forEach(visit);
        data.dictionary?.data.forEach(visit);
      };
      visit(joined(type, chunksOf(table, 0)));
    }),
  );
});

test('the null count is that of the rows', () => {
  fc.assert(
    fc.property(anyTable({ minColumns: 1, maxColumns: 1 }), (table) => {
      const { type } = table.schema.fields[0];
      // A dictionary's values can be null too, and those of a union are.
      if (type.typeId === Type.Union || type.typeId === Type.Dictionary) return;
      const data = joined(type, chunksOf(table, 0));
      assert.equal(data.nullCount, cellsOf([data]).filter((text) => text === 'null').length);
    }),
  );
});

function hasDictionary(type: DataType): boolean {
  return type.typeId === Type.Dictionary || (type.children ?? []).some((field) => hasDictionary(field.type));
}
