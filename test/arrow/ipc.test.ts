import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { toIpcStream } from '#dist/arrow/ipc.js';
import { rowsOf, typeName } from '../support/cells.js';
import { anyTable } from '../support/random-tables.js';

test('any table, sliced or in batches, is in the stream as it is', () => {
  fc.assert(
    fc.property(anyTable({ minColumns: 1 }), (table) => {
      const read = tableFromIPC(toIpcStream(table));
      assert.deepEqual(
        read.schema.fields.map(({ type }) => typeName(type)),
        table.schema.fields.map(({ type }) => typeName(type)),
      );
      assert.deepEqual(rowsOf(read), rowsOf(table));
    }),
    { numRuns: 500, seed: 8 },
  );
});
