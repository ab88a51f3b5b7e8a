import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Table, tableFromArrays } from 'apache-arrow';
import { type Dataset, filterParallel, groupby, shutdown, writeDataset } from 'apply-parallel';
import { assertTablesEqual } from '../../support/table-equal.js';

const folder = mkdtempSync(join(tmpdir(), 'filter-spilled-'));
after(() => rmSync(folder, { recursive: true, force: true }));
after(shutdown);

const n = 20_000;
const table = tableFromArrays({
  k: Int32Array.from({ length: n }, (_, i) => (i * 7) % 61),
  x: Float64Array.from({ length: n }, (_, i) => i),
  s: Array.from({ length: n }, (_, i) => `s${i % 40}`),
}) as unknown as Table;
const spillTo = join(folder, 'spill');
const small = { memoryLimit: '200KB', spillTo, input: 'columns' } as const;
let dataset: Dataset;
before(async () => {
  dataset = await writeDataset(table, { path: join(folder, 'table.parquet'), rowGroupRows: 900 });
});

interface Group {
  readonly k: Int32Array;
}
const isOdd = (g: Group) => g.k[0] % 2 === 1;

describe('filterParallel on groups that are spilled', () => {
  it('returns the rows of the groups that stay, in their order', async () => {
    const expected = await filterParallel(groupby(table, 'k'), isOdd, { input: 'columns' });
    assertTablesEqual(await filterParallel(groupby(dataset, 'k'), isOdd, small), expected);
    assert.equal(existsSync(spillTo), false);
  });

  it('writes them', async () => {
    const expected = await filterParallel(groupby(table, 'k'), isOdd, { input: 'columns' });
    const written = await filterParallel(groupby(dataset, 'k'), isOdd, {
      ...small,
      to: join(folder, 'odd.parquet'),
    });
    assertTablesEqual(await written.read(), expected);
  });

  it('returns and writes columns if no group stays', async () => {
    const none = () => false;
    const result = await filterParallel(groupby(dataset, 's'), none, small);
    assert.deepEqual([result.numRows, result.numCols], [0, 3]);
    const written = await filterParallel(groupby(dataset, 's'), none, {
      ...small,
      to: join(folder, 'none.parquet'),
    });
    assert.deepEqual([written.numRows, written.columns], [0, ['k', 'x', 's']]);
  });

  it('keeps rows in memory where they fit', async () => {
    const expected = await filterParallel(groupby(table, 'k'), isOdd, { input: 'columns' });
    assertTablesEqual(await filterParallel(groupby(dataset, 'k'), isOdd, { input: 'columns' }), expected);
  });
});
