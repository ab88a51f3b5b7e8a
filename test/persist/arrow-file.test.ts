// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as zlib from 'node:zlib';
import { Table, tableFromArrays, tableFromIPC, tableToIPC, vectorFromArray } from 'apache-arrow';
import { dump, load } from 'apply-parallel';
import * as danfo from 'danfojs-node';
import fc from 'fast-check';
import { rowsOf } from '../support/cells.js';
import { anyTable } from '../support/random-tables.js';
import { assertTablesEqual } from '../support/table-equal.js';
import { home } from './support/there-and-back.js';

const table = tableFromArrays({ x: Float64Array.of(1, 2, 3), s: ['a', 'b', 'a'] });
const fixtures = join(import.meta.dirname, '..', '..', 'fixtures', 'persist');

describe('Arrow files', () => {
  it('hold a frame of any kind, whole, in the format that others read', async () => {
    for (const name of ['a.arrow', 'b.feather', 'c.ARROW', 'e.ipc', 'd.feather.gz']) {
      const file = join(home, name);
      await dump(table, file);
      if (!name.endsWith('.gz')) assert.equal(readFileSync(file).toString('latin1', 0, 6), 'ARROW1');
      assertTablesEqual(await load<Table>(file), table);
      assertTablesEqual(await load<Table>(file, { shared: true }), table);
    }
    const file = join(home, 'rows.arrow');
    await dump(
      [
        { a: 1, b: 'x' },
        { a: 2, b: null },
      ],
      file,
    );
    assert.deepEqual(
      (await load<Table>(file)).toArray().map((row) => row?.toJSON()),
      [
        { a: 1, b: 'x' },
        { a: 2, b: null },
      ],
    );
    await dump(new danfo.DataFrame({ a: [1, 2] }), file);
    assert.equal((await load<Table>(file)).numRows, 2);
  });

  it('keep tables of every type', async () => {
    const file = join(home, 'any.arrow');
    await fc.assert(
      fc.asyncProperty(anyTable({ minColumns: 1 }), async (random) => {
        await dump(random, file);
        assert.deepEqual(rowsOf(await load<Table>(file)), rowsOf(random));
      }),
      { numRuns: 100 },
    );
  });

  it('have one dictionary for a column, whatever the batches had', async () => {
    const words = (values: string[]) => new Table({ w: vectorFromArray(values) });
    const both = words(['a', 'b']).concat(words(['c', 'a']));
    const file = join(home, 'words.feather');
    await dump(both, file);
    const back = tableFromIPC(readFileSync(file));
    assert.deepEqual([...(back.getChild('w') ?? [])], ['a', 'b', 'c', 'a']);
    assert.equal(back.batches.length, 1);
  });

  it('load into shared memory when asked, streams too', async () => {
    const file = join(home, 'stream');
    writeFileSync(file, tableToIPC(table, 'stream'));
    const back = await load<Table>(file, { shared: true });
    assertTablesEqual(back, table);
    assert.ok(back.getChild('x')?.data[0].values.buffer instanceof SharedArrayBuffer);
  });

  it('load as pandas and pyarrow write them: compressed by LZ4', async () => {
    const back = await load<Table>(join(fixtures, 'pandas-lz4.feather'));
    assert.equal(back.numRows, 3000);
    const n = back.getChild('n');
    const s = back.getChild('s');
    for (let i = 0; i < 3000; i++) {
      assert.equal(n?.get(i), i % 3 === 0 ? null : (i * 7919) % 1009);
      assert.equal(s?.get(i), `item ${i % 7}`);
    }
  });

  for (const name of ['uncompressed', 'lz4', 'zstd']) {
    const skip = name === 'zstd' && !('zstdDecompressSync' in zlib) && 'this Node has no zstd';
    it(`load as polars writes them: ${name}, in batches`, { skip }, async () => {
      const back = await load<Table>(join(fixtures, `polars-${name}.arrow`));
      assert.equal(back.batches.length, 3);
      assert.deepEqual(
        back.toArray().map((row) => row?.toJSON()),
        Array.from({ length: 20 }, (_, i) => ({
          n: i % 3 === 0 ? null : BigInt(i),
          s: i % 2 ? `item ${i % 7}` : `an item with a long name, ${i}`,
          c: ['a', 'b', null][i % 3],
        })),
      );
    });
  }

  it('load as polars writes them: a plain one, and one with integers that Arrow does not have', async () => {
    const back = await load<Table>(join(fixtures, 'polars-plain.arrow'));
    assert.deepEqual([...(back.getChild('n') ?? [])], [null, 1n, 2n]);
    await assert.rejects(load(join(fixtures, 'polars-int128.arrow')), {
      code: 'ERR_BAD_FILE',
      message: /integers of a width that Arrow does not have, such as polars' Int128/,
    });
  });

  it('say what is wrong with them', async () => {
    const file = join(home, 'torn.arrow');
    await dump(table, file);
    truncateSync(file, readFileSync(file).length - 20);
    await assert.rejects(load(file), { code: 'ERR_BAD_FILE', message: /ends too early/ });
    await assert.rejects(dump(5, file), {
      code: 'ERR_NOT_A_FRAME',
      message: /a file named \.arrow holds a frame, got 5/,
    });
    await assert.rejects(dump(new Map(), file), { code: 'ERR_NOT_A_FRAME' });
    await assert.rejects(dump(table, file, { compress: 'gzip' }), {
      code: 'ERR_INVALID_OPTION',
      message: /naming it .*\.arrow\.gz/,
    });
  });
});
