import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { load, shutdown } from 'apply-parallel';

const home = mkdtempSync(join(tmpdir(), 'apply-parallel-load-'));
after(async () => {
  await shutdown();
  rmSync(home, { recursive: true, force: true });
});

describe('load', () => {
  it('reads CSV and TSV files, told by their names, as tables', async () => {
    writeFileSync(join(home, 'a.csv'), 'shop,price\na,1.5\nb,2\n');
    writeFileSync(join(home, 'a.TSV'), 'shop\tprice\na\t1.5\nb\t2\n');
    writeFileSync(join(home, 'a.csv.gz'), gzipSync('shop,price\na,1.5\nb,2\n'));
    for (const name of ['a.csv', 'a.TSV', 'a.csv.gz'] as const) {
      const table = await load(join(home, name) as `${string}.csv`);
      assert.deepEqual(
        table.toArray().map((row) => row.toJSON()),
        [
          { shop: 'a', price: 1.5 },
          { shop: 'b', price: 2 },
        ],
        name,
      );
    }
    const fromUrl = await load<{ numRows: number }>(pathToFileURL(join(home, 'a.csv')));
    assert.equal(fromUrl.numRows, 2);
  });

  it('says which file is missing or bad', async () => {
    await assert.rejects(load(join(home, 'none.csv')), { code: 'ERR_BAD_FILE', message: /none\.csv/ });
    await assert.rejects(load(5 as never), { code: 'ERR_INVALID_OPTION' });
  });
});
