import assert from 'node:assert/strict';
import { it } from 'node:test';
import { tableFromArrays } from 'apache-arrow';
import { columnsOf } from '#dist/files/write/parquet/column-chunks.js';
import { encodeColumns } from '#dist/files/write/parquet/encode-columns.js';

it('what is kept of encoded columns until the file ends does not keep their bytes', async () => {
  const { schema, batches } = tableFromArrays({ text: ['a', 'b'], x: Float64Array.of(1, 2) });
  const file = await encodeColumns({ schema, columns: batches[0].data.children, numRows: 2 }, 'snappy');
  const { chunks } = columnsOf(file);
  const views: Uint8Array[] = [];
  const visit = (value: unknown): void => {
    if (value instanceof Uint8Array) views.push(value);
    else if (value instanceof Map) for (const inner of value.values()) visit(inner);
    else if (typeof value === 'object' && value !== null)
      for (const inner of Object.values(value)) visit(inner);
  };
  chunks.forEach(visit);
  assert.ok(views.length > 0);
  assert.ok(views.every(({ buffer }) => buffer !== file.buffer));
});
