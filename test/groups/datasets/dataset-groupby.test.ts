// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Table, tableFromArrays } from 'apache-arrow';
import {
  applyParallel,
  bins,
  type Dataset,
  DatasetGroupBy,
  groupby,
  keyFrom,
  mapBatches,
  quantiles,
  shutdown,
  transformParallel,
  writeDataset,
} from 'apply-parallel';
import { assertTablesEqual } from '../../support/table-equal.js';

const folder = mkdtempSync(join(tmpdir(), 'dataset-groupby-'));
after(() => rmSync(folder, { recursive: true, force: true }));
after(shutdown);

const n = 3000;
const table = tableFromArrays({
  k: Int32Array.from({ length: n }, (_, i) => (i * 7) % 13),
  x: Float64Array.from({ length: n }, (_, i) => (i % 5 === 0 ? Number.NaN : i % 90)),
  s: Array.from({ length: n }, (_, i) => `s${i % 4}`),
}) as unknown as Table;
let dataset: Dataset;
before(async () => {
  dataset = await writeDataset(table, { path: join(folder, 'table.parquet'), rowGroupRows: 400 });
});

describe('groupby of a data set', () => {
  const keys = {
    'a column': 'k',
    'two columns': ['s', 'k'],
    'floats with NaN': 'x',
    bins: bins('x', [0, 10, 50, 100]),
    quantiles: quantiles('x', 4),
    'a function': keyFrom('parity', (row: { k: number }) => row.k % 2, { columns: ['k'] }),
    'a function of all columns': keyFrom('both', (row: { k: number; s: string }) => `${row.s} ${row.k % 2}`),
  } as const;
  for (const [name, by] of Object.entries(keys) as [string, string][]) {
    for (const options of [{}, { sort: false }, { dropna: false }]) {
      it(`has the groups of the table, by ${name}, ${JSON.stringify(options)}`, async () => {
        const grouped = groupby(dataset, by, options);
        const expected = groupby(table, by, options);
        assert.ok(grouped instanceof DatasetGroupBy);
        assert.deepEqual(await grouped.keys(), expected.keys);
        assert.deepEqual(await grouped.sizes(), expected.sizes());
        assert.equal(await grouped.size(), expected.size);
        const key = expected.keys[expected.size - 1];
        assertTablesEqual(await grouped.getGroup(key), expected.getGroup(key));
      });
    }
  }

  it('yields keys and tables', async () => {
    const expected = [...groupby(table, 'k')];
    let at = 0;
    for await (const [key, group] of groupby(dataset, 'k')) {
      assert.equal(key, expected[at][0]);
      assertTablesEqual(group, expected[at][1]);
      at++;
    }
    assert.equal(at, 13);
  });

  it('has empty groups with observed: false', async () => {
    const parted = await writeDataset(table, { path: join(folder, 'hive'), partitionBy: 's' });
    const grouped = groupby(parted, 's', { observed: false });
    assert.deepEqual(await grouped.keys(), ['s0', 's1', 's2', 's3']);
  });

  it('refuses wrong keys at once', () => {
    assert.throws(() => groupby(dataset, 'kk'), { code: 'ERR_UNKNOWN_COLUMN' });
    assert.throws(() => groupby(dataset, ['k', 'kk']), { code: 'ERR_UNKNOWN_COLUMN' });
    assert.throws(() => groupby(dataset, bins('z', 3)), { code: 'ERR_UNKNOWN_COLUMN' });
    assert.throws(() => groupby(dataset, new Int32Array(n)), { code: 'ERR_INVALID_OPTION' });
    assert.throws(() => groupby(dataset, []), { code: 'ERR_INVALID_OPTION' });
  });

  it('says which group there is not', async () => {
    await assert.rejects(groupby(dataset, 'k').getGroup(99), {
      code: 'ERR_INVALID_OPTION',
      message: /there is no group with key 99; the keys are \[ 0, 1, 2/,
    });
  });
});

describe('verbs on groups of a data set', () => {
  it('transforms in the order of the rows, in memory and from files', async () => {
    const fn = (g: { x: Float64Array }) => ({ y: g.x.map((x) => x * 2) });
    const expected = await transformParallel(groupby(table, 'k'), fn, { input: 'columns' });
    assertTablesEqual(await transformParallel(groupby(dataset, 'k'), fn, { input: 'columns' }), expected);
    const small = { input: 'columns', memoryLimit: 10_000 } as const;
    assertTablesEqual(await transformParallel(groupby(dataset, 'k'), fn, small), expected);
  });

  it('says what mapBatches takes instead', async () => {
    const grouped = groupby(dataset, 'k');
    await assert.rejects(
      mapBatches(grouped as never, () => null),
      { code: 'ERR_NOT_A_FRAME' },
    );
  });

  it('refuses options of data sets for groups in memory', async () => {
    for (const options of [{ memoryLimit: '1GB' }, { spillTo: folder }]) {
      await assert.rejects(
        applyParallel(groupby(table, 'k'), () => null, options),
        {
          code: 'ERR_INVALID_OPTION',
          message: /is for groups of a data set/,
        },
      );
    }
    await assert.rejects(
      applyParallel(groupby(dataset, 'k'), () => null, { memoryLimit: 'much' }),
      {
        code: 'ERR_INVALID_OPTION',
        message: /memoryLimit must be a positive number of bytes, a text such as '4GB', or a share/,
      },
    );
  });
});
