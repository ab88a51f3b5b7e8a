import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableFromArrays } from 'apache-arrow';
import { groupby, keyFrom } from 'apply-parallel';
import fc from 'fast-check';
import { chunksOf, valuesOfColumn } from '#dist/arrow/index.js';
import { columnBlocks } from '#dist/groups/keys/column-blocks.js';
import { anyTable } from '../../support/random-tables.js';

test('blocks of a column are its values, whatever its type and batches', () => {
  fc.assert(
    fc.property(
      anyTable({ minColumns: 1, isModest: true }),
      fc.integer({ min: 1, max: 9 }),
      (table, step) => {
        table.schema.fields.forEach((field, k) => {
          const chunks = chunksOf(table, k);
          const column = columnBlocks(chunks, field);
          const found: unknown[] = [];
          for (let from = 0; from < table.numRows; from += step) {
            found.push(...column.next(Math.min(step, table.numRows - from)));
          }
          assert.deepEqual(found, valuesOfColumn(chunks, field));
        });
      },
    ),
  );
});

test('keyFrom sees all rows of a long column, and many or few different texts are the same keys', () => {
  const n = 20_000;
  const table = tableFromArrays({ id: Int32Array.from({ length: n }, (_, row) => row) });
  for (const different of [3, 4_096, 4_097, n]) {
    const grouped = groupby(
      table,
      keyFrom('k', ({ id }: { id: number }) => `key ${id % different}`),
      { sort: false },
    );
    assert.deepEqual(
      grouped.keys,
      Array.from({ length: different }, (_, k) => `key ${k}`),
    );
    assert.equal(grouped.getGroup(`key ${different - 1}`).get(0)?.id, different - 1);
  }
});
