// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Dictionary, Int32, Int64, Table, Utf8, vectorFromArray } from 'apache-arrow';
import {
  applyParallel,
  cogroup,
  type Dataset,
  filterParallel,
  groupby,
  keyFrom,
  shutdown,
  transformParallel,
  writeDataset,
} from 'apply-parallel';

const folder = mkdtempSync(join(tmpdir(), 'cogroup-datasets-'));
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

const spillTo = join(folder, 'spill');
const small = { memoryLimit: '300KB', spillTo, input: 'columns' } as const;

interface Sets {
  readonly trades: Dataset;
  readonly quotes: Dataset;
}
let sets: Sets;
before(async () => {
  sets = {
    trades: await writeDataset(trades, { path: join(folder, 'trades.parquet'), rowGroupRows: 1000 }),
    quotes: await writeDataset(quotes, { path: join(folder, 'quotes.arrow'), rowGroupRows: 1700 }),
  };
});

interface Side {
  readonly at: Float64Array;
  readonly price: Float64Array;
}
/** Tells the rows of both sides and their order. */
const both = (t: Side, q: Side, { index }: { readonly index: number }) => ({
  index: [index],
  trades: [t.at.length],
  quotes: [q.price.length],
  at: [t.at.reduce((hash, at, row) => hash + at * (row + 1), 0)],
  price: [q.price.reduce((hash, price, row) => hash + price * (row + 1), 0)],
});

describe('cogroup of data sets, when it cannot', () => {
  it('names the group that is too large', async () => {
    const one = keyFrom('one', () => 'all');
    const grouped = cogroup(groupby(sets.trades, one), groupby(sets.quotes, one));
    await assert.rejects(applyParallel(grouped, both as never, small), {
      code: 'ERR_GROUP_TOO_LARGE',
      key: 'all',
      message: /group 'all' has 27000 rows/,
    });
  });

  it('refuses keys that cannot be compared, by columns at once', async () => {
    const message = /cogroup: keys of type Int32 \('id'\) cannot be compared with keys of type .*Utf8/;
    assert.throws(() => cogroup(groupby(sets.trades, 'id'), groupby(sets.quotes, 'shop')), {
      code: 'ERR_INVALID_OPTION',
      message,
    });
    const text = keyFrom('text', () => 'a');
    await assert.rejects(
      applyParallel(cogroup(groupby(sets.trades, 'id'), groupby(sets.quotes, text)), () => null, small),
      {
        code: 'ERR_INVALID_OPTION',
        message: /cannot be compared/,
      },
    );
    assert.throws(() => cogroup(groupby(sets.trades, ['id', 'shop']), groupby(sets.quotes, 'key')), {
      code: 'ERR_INVALID_OPTION',
      message: /frame 1 is grouped by 1 key, frame 0 by 2 keys/,
    });
  });

  it('is for applyParallel', async () => {
    const grouped = cogroup(groupby(sets.trades, 'id'), groupby(sets.quotes, 'key'));
    for (const verb of [transformParallel, filterParallel]) {
      await assert.rejects(
        (verb as (...args: unknown[]) => Promise<unknown>)(grouped, () => null),
        {
          code: 'ERR_INVALID_OPTION',
          message: /made by cogroup, are for applyParallel/,
        },
      );
    }
  });
});
