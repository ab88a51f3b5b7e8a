import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as zlib from 'node:zlib';
import { tableFromArrays } from 'apache-arrow';
import { dump, load } from 'apply-parallel';
import { assertTablesEqual } from '../support/table-equal.js';
import { newFile } from './support/there-and-back.js';

const polars = join(import.meta.dirname, '..', '..', 'fixtures', 'persist');
const hasZstd = 'createZstdDecompress' in zlib;

const table = () => tableFromArrays({ x: Float64Array.of(1, 2, 3), s: ['a', 'b', 'a'] });

describe('compression', () => {
  const value = { x: new Float64Array(50_000).fill(3), t: table() };
  const methods = hasZstd ? ['.gz', '.br', '.zst'] : ['.gz', '.br'];

  it('follows the name', async () => {
    for (const ending of methods) {
      const file = newFile(`.dump${ending}`);
      await dump(value, file);
      assert.ok(readFileSync(file).length < 20_000, ending);
      const back = await load<typeof value>(file);
      assert.deepEqual(back.x, value.x);
      assertTablesEqual(back.t, value.t);
    }
    // Such a file is one that other programs can unpack.
    const file = newFile('.gz');
    await dump(value, file);
    assert.equal(zlib.gunzipSync(readFileSync(file)).toString('latin1', 0, 8), 'APPLYPAR');
  });

  it('follows the option, and is told by the content', async () => {
    for (const compress of [true, 1, 9, 'gzip', 'brotli', { method: 'brotli', level: 1 }] as const) {
      const file = newFile('.dat');
      await dump(value, file, { compress });
      assert.ok(readFileSync(file).length < 20_000);
      assert.deepEqual((await load<typeof value>(file)).x, value.x);
    }
    for (const [ending, compress] of [
      ['.gz', false],
      ['', 0],
      ['', undefined],
    ] as const) {
      const file = newFile(ending);
      await dump(value, file, { compress });
      assert.ok(readFileSync(file).length > 400_000);
      assert.deepEqual((await load<typeof value>(file)).x, value.x);
    }
  });

  it('uses zstd where Node has it, and says so where not', { skip: hasZstd }, async () => {
    await assert.rejects(dump(value, newFile('.zst')), {
      code: 'ERR_INVALID_OPTION',
      message: /Node 22\.15/,
    });
    const file = newFile('.zst');
    writeFileSync(file, Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0]));
    await assert.rejects(load(file), {
      code: 'ERR_UNSUPPORTED',
      message: /zstd needs Node 22\.15.*with gzip/,
    });
    writeFileSync(file, readFileSync(join(polars, 'polars-zstd.arrow')));
    await assert.rejects(load(file), {
      code: 'ERR_UNSUPPORTED',
      message: /zstd needs Node 22\.15.* written with LZ4 or uncompressed$/,
    });
  });

  it('refuses names that promise another compression, unless told how', async () => {
    for (const ending of [
      '.z',
      '.bz2',
      '.xz',
      '.lzma',
      '.lz4',
      '.LZ4',
      '.arrow.bz2',
      '.zip',
      '.zstd',
      '.gzip',
    ]) {
      const file = newFile(ending);
      await assert.rejects(dump(value, file), {
        code: 'ERR_INVALID_OPTION',
        message: /name the file \.gz, \.br, \.zst, or say how with compress \(false: not at all\)/,
      });
      assert.ok(!existsSync(file));
      for (const compress of [false, 'gzip'] as const) {
        await dump(value, file, { compress });
        assert.deepEqual((await load<typeof value>(file)).x, value.x);
      }
    }
  });

  it('checks what it is told', async () => {
    const wrong = { code: 'ERR_INVALID_OPTION' };
    await assert.rejects(dump(1, newFile('.gz'), { compress: 'brotli' }), {
      ...wrong,
      message: /change one of them/,
    });
    await assert.rejects(dump(1, newFile(), { compress: 10 }), { ...wrong, message: /from 1 to 9, got 10/ });
    await assert.rejects(dump(1, newFile(), { compress: 'lz4' as never }), {
      ...wrong,
      message: /'zstd' or \{/,
    });
    await assert.rejects(dump(1, newFile(), { compresion: true } as never), {
      ...wrong,
      message: /did you mean 'compress'/,
    });
    await assert.rejects(dump(1, 5 as never), { ...wrong, message: /path must be a path/ });
    await assert.rejects(load(newFile(), { shared: 1 } as never), wrong);
  });
});
