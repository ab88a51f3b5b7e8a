// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tableFromArrays } from 'apache-arrow';
import { dump, scan } from 'apply-parallel';

let folder: string;
let good: Buffer;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scan-damaged-'));
  const path = join(folder, 'good.parquet');
  const n = 500;
  await dump(
    tableFromArrays({
      x: Float64Array.from({ length: n }, (_, k) => k),
      s: Array.from({ length: n }, (_, k) => (k % 9 === 0 ? null : `text ${k % 40}`)),
    }),
    path,
  );
  good = await readFile(path);
});
after(() => rm(folder, { recursive: true, force: true }));

const readAll = async (path: string) => (await scan(path)).read();

describe('a file whose name says another format', () => {
  const contents: Record<string, [string | Buffer, RegExp]> = {
    nothing: ['', /it is empty$/],
    'a few bytes': ['PA', /it looks like text, perhaps CSV$/],
    CSV: ['a,b\n1,2\n'.repeat(50), /it looks like text, perhaps CSV$/],
    JSON: ['[{"a": 1}]', /it looks like JSON: read it with JSON.parse$/],
    'a zip archive': ['PK\x03\x04\x14\x00\x06\x00\x08\x00', /it looks like a zip archive/],
    noise: [
      Buffer.from([0xde, 0xad, 0xbe, 0xef, 0x80, 0x81, 0x00, 0x90]),
      /not those of any format known here$|its metadata is damaged$/,
    ],
    'a Parquet file that is cut off': ['PAR1\x15\x04\x15', /as if writing it had been interrupted$/],
    'an Arrow file that is cut off': ['ARROW1\0\0\xff\xff\xff', /as if writing it had been interrupted$/],
  };
  for (const ending of ['parquet', 'arrow']) {
    for (const [name, [content, message]] of Object.entries(contents)) {
      it(`${ending}: ${name}`, async () => {
        const path = join(folder, `other.${ending}`);
        await writeFile(path, content, 'latin1');
        await assert.rejects(scan(path), { code: 'ERR_BAD_FILE', message });
      });
    }
  }
});

describe('a Parquet file', () => {
  it('that is torn is named', async () => {
    const path = join(folder, 'torn.parquet');
    for (let length = 0; length < good.length; length += 97) {
      await writeFile(path, good.subarray(0, length));
      await assert.rejects(readAll(path), { code: 'ERR_BAD_FILE', message: /torn\.parquet cannot be read/ });
    }
  });

  it('with a damaged byte is read or refused, and neither ends the process nor hangs', async () => {
    const path = join(folder, 'damaged.parquet');
    let refused = 0;
    for (let at = 0; at < good.length; at += 23) {
      const bytes = Buffer.from(good);
      bytes[at] ^= 0xff;
      await writeFile(path, bytes);
      const error = await readAll(path).then(
        () => undefined,
        (error: Error & { code?: string }) => error,
      );
      if (error === undefined) continue;
      refused++;
      assert.equal(error.code, 'ERR_BAD_FILE', `byte ${at}: ${error.stack}`);
      assert.ok(error.message.startsWith(`${path} cannot be read`), error.message);
    }
    assert.ok(refused > 0);
    // The library of this thread still works.
    assert.equal((await readAll(join(folder, 'good.parquet'))).numRows, 500);
  });

  it('that is another kind of file is named', async () => {
    for (const [name, content] of [
      ['text.parquet', 'category,price\n'],
      ['empty.parquet', ''],
      ['text.arrow', 'category,price\n'],
      ['empty.arrow', ''],
    ]) {
      const path = join(folder, name);
      await writeFile(path, content);
      await assert.rejects(readAll(path), { code: 'ERR_BAD_FILE' });
    }
  });
});

describe('a file', () => {
  it('without a known name is told by its first bytes, or refused', async () => {
    const path = join(folder, 'data');
    await writeFile(path, good);
    assert.equal((await readAll(path)).numRows, 500);
    await writeFile(path, 'something else');
    await assert.rejects(readAll(path), { code: 'ERR_BAD_FILE', message: /say `format: 'parquet'`/ });
  });

  it('that must not be read is named', {
    skip: process.getuid?.() === 0 && 'root may read everything',
  }, async () => {
    const path = join(folder, 'secret.parquet');
    await writeFile(path, good);
    await chmod(path, 0);
    await assert.rejects(scan(path), { code: 'ERR_BAD_FILE', message: /no permission/ });
  });

  it('may have any name', async () => {
    for (const name of [
      '100%.parquet',
      'a=b.parquet',
      'sp ace.parquet',
      'ünï 統計.parquet',
      "quo'te.parquet",
      '[x].parquet',
    ]) {
      const path = join(folder, name);
      await writeFile(path, good);
      const dataset = await scan(path);
      assert.deepEqual(dataset.files, [path]);
      assert.equal((await dataset.head(2)).numRows, 2);
    }
  });

  it('may be reached through a link', async () => {
    await symlink(join(folder, 'good.parquet'), join(folder, 'link.parquet'));
    assert.equal((await readAll(join(folder, 'link.parquet'))).numRows, 500);
  });
});

describe('a folder', () => {
  it('without data is named, and a path below a file too', async () => {
    const root = join(folder, 'nothing');
    await mkdir(root);
    await writeFile(join(root, 'notes.md'), '');
    await assert.rejects(scan(root), {
      code: 'ERR_BAD_FILE',
      message: /has no files of a format that scan reads/,
    });
    await assert.rejects(scan(join(folder, 'good.parquet', 'x')), { code: 'ERR_BAD_FILE' });
  });

  it('is read with the patterns of a glob', async () => {
    const root = join(folder, 'glob');
    for (const name of ['a/x1.parquet', 'a/x2.parquet', 'b/x3.parquet', 'b/deep/x4.parquet', 'b/y.parquet']) {
      await mkdir(join(root, name, '..'), { recursive: true });
      await writeFile(join(root, name), good);
    }
    const found = async (pattern: string) =>
      (await scan(join(root, pattern))).files.map((file) => file.slice(root.length + 1));
    assert.deepEqual(await found('a/*.parquet'), ['a/x1.parquet', 'a/x2.parquet']);
    assert.deepEqual(await found('*/x?.parquet'), ['a/x1.parquet', 'a/x2.parquet', 'b/x3.parquet']);
    assert.deepEqual(await found('**/x[34].parquet'), ['b/deep/x4.parquet', 'b/x3.parquet']);
    assert.deepEqual(await found('{a,b}/x{1,3}.parquet'), ['a/x1.parquet', 'b/x3.parquet']);
    await assert.rejects(scan(join(root, '*.arrow')), { code: 'ERR_BAD_FILE', message: /no file matches/ });
  });
});

describe('reading', () => {
  it('ends when it is aborted, or when its loop is left', async () => {
    const root = join(folder, 'parts');
    await mkdir(root);
    for (let k = 0; k < 50; k++) await writeFile(join(root, `${k}.parquet`), good);
    const dataset = await scan(root);
    await assert.rejects(dataset.read({ signal: AbortSignal.abort() }), { code: 'ERR_ABORTED' });
    let rows = 0;
    for await (const table of dataset) {
      rows += table.numRows;
      if (rows >= 1000) break;
    }
    assert.equal(rows, 1000);
    const reports: { parts: number; done: boolean }[] = [];
    await dataset.read({ progress: (report) => reports.push(report) });
    assert.deepEqual({ parts: reports.at(-1)?.parts, done: reports.at(-1)?.done }, { parts: 50, done: true });
  });

  it('names the one file of many that is damaged', async () => {
    const root = join(folder, 'parts');
    const bytes = Buffer.from(good);
    bytes.fill(0xff, 4, 200);
    await writeFile(join(root, '7.parquet'), bytes);
    await assert.rejects(readAll(root), {
      code: 'ERR_BAD_FILE',
      message: /7\.parquet cannot be read: row group 0/,
    });
  });

  it('takes 5,000 columns, and one of them', async () => {
    const path = join(folder, 'wide.parquet');
    const columns = Array.from({ length: 5000 }, (_, k) => [`c${k}`, Int32Array.of(k, k + 1)]);
    await dump(tableFromArrays(Object.fromEntries(columns)), path);
    const dataset = await scan(path);
    assert.equal(dataset.columns.length, 5000);
    const one = await dataset.select(['c4321']).read();
    assert.deepEqual(Array.from(one.getChild('c4321') ?? []), [4321, 4322]);
    assert.equal((await dataset.read()).numCols, 5000);
  });
});
