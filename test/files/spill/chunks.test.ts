import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Data, Table } from 'apache-arrow';
import fc from 'fast-check';
import { loadColumn, planRange } from '#dist/files/spill/chunk-reader.js';
import { bucketPath, type ChunkPlace, ChunkWriter, dictionaryPath } from '#dist/files/spill/chunk-writer.js';
import { chunkedColumn, scatterColumn } from '#dist/split/index.js';
import { cellsOf } from '../../support/cells.js';
import { anyTable } from '../../support/random-tables.js';

const folder = mkdtempSync(join(tmpdir(), 'chunks-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Writes each batch of a table as a chunk of bucket 0, and its rows backwards: row `r` gets place `numRows -
 * 1 - r`.
 */
function write(table: Table): readonly ChunkPlace[] {
  for (const path of [bucketPath(folder, 0), dictionaryPath(folder)]) writeFileSync(path, '');
  const used = new BigInt64Array(new SharedArrayBuffer(16));
  const writer = new ChunkWriter({ folder, used }, table.schema);
  let row = 0;
  return table.batches.flatMap(({ data, numRows }) => {
    const first = table.numRows - 1 - row;
    row += numRows;
    if (numRows === 0) return [];
    const places = Int32Array.from({ length: numRows }, (_, i) => first - i);
    return writer.write(0, data.children as Data[], 0, { places });
  });
}

describe('chunks of rows in files', () => {
  it('hold columns of every type, and give ranges of their places', () => {
    fc.assert(
      fc.property(anyTable({ minColumns: 1 }), fc.nat(), (table, at) => {
        const chunks = write(table);
        const { numRows } = table;
        const from = numRows === 0 ? 0 : at % numRows;
        for (const [first, last] of [
          [0, numRows],
          [from, numRows],
          [0, from],
        ]) {
          const plan = planRange(
            folder,
            { bucket: 0, from: first, to: last },
            chunks,
            table.schema.fields.length,
          );
          const places = Int32Array.from({ length: numRows }, (_, row) => {
            const place = numRows - 1 - row - first;
            return place < last - first ? place : -1;
          });
          table.schema.fields.forEach((_, k) => {
            const expected = scatterColumn(chunkedColumn(table, k), places, last - first);
            assert.deepEqual(cellsOf([loadColumn(plan, k, table.schema)]), cellsOf([expected]));
          });
        }
      }),
      { numRuns: 300 },
    );
  });
});
