// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Dictionary, Int32, Table, Utf8, vectorFromArray } from 'apache-arrow';
import {
  applyParallel,
  type Columns,
  type Dataset,
  groupby,
  scan,
  shutdown,
  writeDataset,
} from 'apply-parallel';
import { assertTablesEqual } from '../../support/table-equal.js';

const folder = mkdtempSync(join(tmpdir(), 'spilled-'));
after(() => rmSync(folder, { recursive: true, force: true }));
after(shutdown);

const n = 24_000;
const category = (i: number) => `category ${(i * 31) % 37}`;
const sales = new Table({
  id: vectorFromArray(Int32Array.from({ length: n }, (_, i) => i)),
  x: vectorFromArray(Float64Array.from({ length: n }, (_, i) => Math.sin(i))),
  k: vectorFromArray(Int32Array.from({ length: n }, (_, i) => (i * 7919) % 211)),
  category: vectorFromArray(
    Array.from({ length: n }, (_, i) => category(i)),
    new Dictionary(new Utf8(), new Int32()),
  ),
  text: vectorFromArray(
    Array.from({ length: n }, (_, i) => (i % 11 === 0 ? null : `text ${i % 1000}`)),
    new Utf8(),
  ),
  day: vectorFromArray(Array.from({ length: n }, (_, i) => new Date(1.7e12 + (i % 50) * 25_200_000))),
}) as unknown as Table;

const spillTo = join(folder, 'spill');
/** Far below the table, so that it takes many buckets and parts. */
const small = { memoryLimit: '400KB', spillTo, input: 'columns' } as const;
let dataset: Dataset;
let inMemory: Table;
before(async () => {
  dataset = await writeDataset(sales, { path: join(folder, 'sales.parquet'), rowGroupRows: 3000 });
  inMemory = await dataset.read();
});

interface Group {
  readonly id: Int32Array;
  readonly x: Float64Array;
}
const twice = (g: Group, { index }: { readonly index: number }) => ({
  ...g,
  at: new Int32Array(g.id.length).fill(index),
  double: g.x.map((x) => x * 2),
});

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
