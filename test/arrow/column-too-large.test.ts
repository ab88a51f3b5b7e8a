import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Field, Int32, LargeUtf8, makeData, RecordBatch, Schema, Struct, Table, Utf8 } from 'apache-arrow';
import { applyParallel, groupby } from 'apply-parallel';
import { checkOffset } from '#dist/arrow/layout.js';

test('text over 2 GiB in one column is refused with its name, bytes and limit', async () => {
  // 64 batches show the same 40 MB, of which nothing is copied before the error.
  const rows = 40;
  const width = 2 ** 20;
  const bytes = new Uint8Array(rows * width).fill(97);
  const valueOffsets = Int32Array.from({ length: rows + 1 }, (_, i) => i * width);
  const schema = new Schema([new Field('k', new Int32()), new Field('text', new Utf8())]);
  const batches = Array.from({ length: 64 }, () => {
    const text = makeData({ type: new Utf8(), length: rows, nullCount: 0, valueOffsets, data: bytes });
    const k = makeData({
      type: new Int32(),
      length: rows,
      nullCount: 0,
      data: Int32Array.from({ length: rows }, (_, i) => i % 4),
    });
    return new RecordBatch(
      schema,
      makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children: [k, text] }),
    );
  });
  const grouped = groupby(new Table(schema, batches), 'k');
  for (const nJobs of [1, 2]) {
    await assert.rejects(
      applyParallel(grouped, () => null, { nJobs, input: 'columns' }),
      {
        code: 'ERR_UNSUPPORTED',
        message: /^column 'text', of type Utf8, has 2684354560 bytes .* 2147483647: .*LargeUtf8/,
      },
    );
  }
});

test('a column that has large offsets already is only told to split the table', () => {
  assert.throws(() => checkOffset(new LargeUtf8(), 2 ** 33), {
    code: 'ERR_UNSUPPORTED',
    message:
      'a LargeUtf8 column has 8589934592 bytes or list values, ' +
      'and in one piece its offsets can count 4294967295: split the table',
  });
});
