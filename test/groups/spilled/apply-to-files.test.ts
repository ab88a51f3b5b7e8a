// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Table, Utf8, vectorFromArray } from 'apache-arrow';
import { applyParallel, type Columns, groupby, scan, writeDataset } from 'apply-parallel';
import { assertTablesEqual } from '../../support/table-equal.js';
import { folder, inMemory, n, sales, small, twice } from './support/spilled-sales.js';

describe('applyParallel on files that are spilled', () => {
  it('reads several files with folders as columns', async () => {
    const path = join(folder, 'hive');
    const parted = await writeDataset(sales, { path, partitionBy: 'category' });
    const expected = await applyParallel(groupby(await parted.read(), ['category', 'k']), twice, {
      input: 'columns',
    });
    const result = await applyParallel(groupby(await scan(path), ['category', 'k']), twice, small);
    assertTablesEqual(result, expected);
  });

  it('reads CSV files, and rows that conditions leave', async () => {
    const csv = await writeDataset(inMemory.select(['id', 'x', 'k']), join(folder, 'sales.csv'));
    const where = { k: { gte: 20, lt: 180 } };
    const filtered = await scan(csv.files, { where });
    const expected = await applyParallel(groupby(await filtered.read(), 'k'), twice, { input: 'columns' });
    assertTablesEqual(await applyParallel(groupby(filtered, 'k'), twice, small), expected);
    assert.equal(expected.getChild('at')?.get(expected.numRows - 1), 159);
  });

  it('reads files whose texts take far more memory than their dictionaries', async () => {
    const texts = Array.from({ length: 5 }, (_, k) => String(k).repeat(300));
    const rows = new Table({
      k: vectorFromArray(Int32Array.from({ length: n }, (_, i) => i % 120)),
      text: vectorFromArray(
        Array.from({ length: n }, (_, i) => texts[i % 5]),
        new Utf8(),
      ),
    });
    const long = await writeDataset(rows, { path: join(folder, 'long.parquet'), rowGroupRows: 3000 });
    const length = (g: Columns, { key }: { readonly key: unknown }) => ({
      key: [Number(key)],
      text: [[...(g.text as Iterable<string>)].join('').length],
    });
    const expected = await applyParallel(groupby(await long.read(), 'k'), length, { input: 'columns' });
    assertTablesEqual(
      await applyParallel(groupby(long, 'k'), length, { ...small, memoryLimit: '600KB' }),
      expected,
    );
  });
});
