// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type DataType, Dictionary, Int32, Utf8 } from 'apache-arrow';
import { type ApplyError, shutdown, writeDataset } from 'apply-parallel';
import fc from 'fast-check';
import { scalarTypes } from '../../support/arrow-types.js';
import { rowsOf } from '../../support/cells.js';
import { anyTable, buildTable } from '../../support/random-tables.js';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'formats-'));
});
after(() => rm(folder, { recursive: true, force: true }));
after(shutdown);

/** Types that a format has no place for; apache-arrow or parquet-wasm refuses them. */
const isRefused = (error: ApplyError) =>
  error.code === 'ERR_UNSTORABLE' || error.code === 'ERR_SCHEMA_MISMATCH';

/** Types that parquet-wasm stores in another unit, or not at all. */
const lacking = (type: DataType, format: string) =>
  format === 'parquet' && /^(Interval|Float16|Date64<|Utf8View|BinaryView|Decimal)/.test(String(type));

for (const format of ['parquet', 'arrow'] as const) {
  describe(`${format} files`, () => {
    for (const type of [...scalarTypes, new Dictionary(new Utf8(), new Int32())]) {
      it(`hold ${type} of any values, with nulls and without`, async () => {
        for (const [seed, distinct, rows] of [
          [1, 3, 700],
          [2, 400, 700],
          [3, 1, 40],
          [4, 5, 0],
          [5, 30, 9],
        ]) {
          const table = buildTable({ types: [type], batches: [rows, 3], seed, distinct, slice: [0, 10] });
          const path = join(folder, `one-${seed}.${format}`);
          try {
            const how = { path, ifExists: 'replace', rowGroupRows: 333 } as const;
            const dataset = await writeDataset(table, how, { nJobs: 1 });
            assert.equal(String(dataset.schema.fields[0].type), String(type));
            assert.deepEqual(rowsOf(await dataset.read()), rowsOf(table));
          } catch (error) {
            if (lacking(type, format) || isRefused(error as ApplyError)) continue;
            throw error;
          }
        }
      });
    }

    it('hold tables of any types, or say which column they cannot hold', async () => {
      let refused = 0;
      let held = 0;
      await fc.assert(
        fc.asyncProperty(anyTable({ minColumns: 1 }), async (table) => {
          const path = join(folder, `any.${format}`);
          try {
            const dataset = await writeDataset(
              table,
              { path, ifExists: 'replace', rowGroupRows: 7 },
              { nJobs: 1 },
            );
            const read = await dataset.read();
            assert.equal(read.numRows, table.numRows);
            held++;
          } catch (error) {
            if (!isRefused(error as ApplyError) && (error as ApplyError).code !== 'ERR_BAD_FILE') throw error;
            refused++;
          }
        }),
        { numRuns: 60, seed: 1 },
      );
      assert.ok(held > refused, `${held} held, ${refused} refused`);
    });
  });
}
