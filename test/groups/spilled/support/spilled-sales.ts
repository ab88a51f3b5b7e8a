import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { Dictionary, Int32, Table, Utf8, vectorFromArray } from 'apache-arrow';
import { type Dataset, shutdown, writeDataset } from 'apply-parallel';

/* A data set of sales, and a limit under which it is spilled. The files that import it share its folder. */

export const folder = mkdtempSync(join(tmpdir(), 'spilled-'));
after(() => rmSync(folder, { recursive: true, force: true }));
after(shutdown);

export const n = 24_000;
export const category = (i: number) => `category ${(i * 31) % 37}`;
export const sales = new Table({
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

export const spillTo = join(folder, 'spill');
/** Far below the table, so that it takes many buckets and parts. */
export const small = { memoryLimit: '400KB', spillTo, input: 'columns' } as const;
export let dataset: Dataset;
export let inMemory: Table;
before(async () => {
  dataset = await writeDataset(sales, { path: join(folder, 'sales.parquet'), rowGroupRows: 3000 });
  inMemory = await dataset.read();
});

export interface Group {
  readonly id: Int32Array;
  readonly x: Float64Array;
}
export const twice = (g: Group, { index }: { readonly index: number }) => ({
  ...g,
  at: new Int32Array(g.id.length).fill(index),
  double: g.x.map((x) => x * 2),
});
