import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { Dictionary, Int32, Int64, Table, Utf8, vectorFromArray } from 'apache-arrow';
import { type Dataset, shutdown, writeDataset } from 'apply-parallel';

/*
 * Two data sets with keys in common, and a limit under which they are spilled. The files that import it share
 * its folder.
 */

export const folder = mkdtempSync(join(tmpdir(), 'cogroup-datasets-'));
after(() => rmSync(folder, { recursive: true, force: true }));
after(shutdown);

const n = 9000;
const dictionary = new Dictionary(new Utf8(), new Int32());
const trades = new Table({
  id: vectorFromArray(Int32Array.from({ length: n }, (_, i) => (i * 7919) % 151)),
  at: vectorFromArray(Float64Array.from({ length: n }, (_, i) => i)),
  shop: vectorFromArray(
    Array.from({ length: n }, (_, i) => (i % 13 === 0 ? null : `shop ${(i * 31) % 41}`)),
    dictionary,
  ),
  day: vectorFromArray(Array.from({ length: n }, (_, i) => new Date(1.7e12 + (i % 50) * 25_200_000))),
}) as unknown as Table;
/** Some ids are on one side alone; the key has another type. */
const quotes = new Table({
  key: vectorFromArray(
    Array.from({ length: 2 * n }, (_, i) => BigInt((i * 31) % 97) * 2n),
    new Int64(),
  ),
  price: vectorFromArray(Float64Array.from({ length: 2 * n }, (_, i) => Math.cos(i))),
  shop: vectorFromArray(
    Array.from({ length: 2 * n }, (_, i) => (i % 17 === 0 ? null : `shop ${(i * 7) % 53}`)),
    new Utf8(),
  ),
  day: vectorFromArray(Array.from({ length: 2 * n }, (_, i) => new Date(1.7e12 + (i % 70) * 25_200_000))),
}) as unknown as Table;

export const spillTo = join(folder, 'spill');
export const small = { memoryLimit: '300KB', spillTo, input: 'columns' } as const;
export const nothingIsLeft = () => assert.deepEqual(existsSync(spillTo) ? readdirSync(spillTo) : [], []);

interface Sets {
  readonly trades: Dataset;
  readonly quotes: Dataset;
}
export let sets: Sets;
export let frames: { readonly trades: Table; readonly quotes: Table };
before(async () => {
  sets = {
    trades: await writeDataset(trades, { path: join(folder, 'trades.parquet'), rowGroupRows: 1000 }),
    quotes: await writeDataset(quotes, { path: join(folder, 'quotes.arrow'), rowGroupRows: 1700 }),
  };
  frames = { trades: await sets.trades.read(), quotes: await sets.quotes.read() };
});

export interface Side {
  readonly at: Float64Array;
  readonly price: Float64Array;
}
/** Tells the rows of both sides and their order. */
export const both = (t: Side, q: Side, { index }: { readonly index: number }) => ({
  index: [index],
  trades: [t.at.length],
  quotes: [q.price.length],
  at: [t.at.reduce((hash, at, row) => hash + at * (row + 1), 0)],
  price: [q.price.reduce((hash, price, row) => hash + price * (row + 1), 0)],
});
