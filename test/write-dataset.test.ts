// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  Dictionary,
  Field,
  Float64,
  Int8,
  Int32,
  Schema,
  Struct,
  Table,
  tableFromArrays,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { dump, scan, shutdown, writeDataset } from 'apply-parallel';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'write-'));
});
after(() => rm(folder, { recursive: true, force: true }));
after(shutdown);

let count = 0;
/** Returns a place of its own for each test. */
async function place(name: string): Promise<string> {
  const own = join(folder, String(count++));
  await mkdir(own);
  return join(own, name);
}

const rowsOf = (table: Iterable<unknown>) => Array.from(table, (row) => ({ ...(row as object) }));
const filesIn = async (path: string) => (await readdir(path, { recursive: true })).sort();

const prices = () => tableFromArrays({ item: ['a', 'b', 'c', 'd'], price: Float64Array.of(1, 2, 3, 4) });

describe('writeDataset', () => {
  for (const name of ['out.parquet', 'out.arrow', 'out.feather']) {
    it(`writes ${name} in row groups and opens it`, async () => {
      const path = await place(name);
      const dataset = await writeDataset(prices(), { path, rowGroupRows: 3 });
      assert.deepEqual(dataset.files, [path]);
      assert.equal(dataset.numRows, 4);
      const parts: number[] = [];
      for await (const table of dataset) parts.push(table.numRows);
      assert.deepEqual(parts, [3, 1]);
      assert.deepEqual(rowsOf(await dataset.read()), rowsOf(prices()));
      assert.deepEqual(await filesIn(join(path, '..')), [name]);
    });
  }

  it('takes every kind of frame, and iterables of them', async () => {
    const rows = [{ item: 'a', price: 1 }];
    async function* frames() {
      yield rows;
      yield { item: ['b'], price: [2.5] };
    }
    for (const given of [rows, { item: ['a'], price: [1] }, new Set([rows]), [rows, rows], frames()]) {
      const dataset = await writeDataset(given, await place('out.parquet'));
      assert.equal((await dataset.head(1)).get(0)?.item, 'a');
    }
    await assert.rejects(writeDataset(7 as never, await place('out.parquet')), { code: 'ERR_NOT_A_FRAME' });
    await assert.rejects(writeDataset(new Set(), await place('out.parquet')), { code: 'ERR_NOT_A_FRAME' });
    await assert.rejects(writeDataset([prices(), 7] as never, await place('x.parquet')), {
      code: 'ERR_NOT_A_FRAME',
    });
  });

  it('copies a data set, over itself too', async () => {
    const path = await place('out.parquet');
    const first = await writeDataset(prices(), { path, rowGroupRows: 2 });
    const second = await writeDataset(first.select(['price']), { path, ifExists: 'replace' });
    assert.deepEqual(rowsOf(await second.read()), [{ price: 1 }, { price: 2 }, { price: 3 }, { price: 4 }]);
  });

  it('joins dictionaries that come one after the other', async () => {
    const type = () => new Dictionary(new Utf8(), new Int8());
    const part = (values: (string | null)[]) => new Table({ d: vectorFromArray(values, type()) });
    for (const name of ['out.parquet', 'out.arrow']) {
      const dataset = await writeDataset([part(['x', 'y', null]), part(['z', 'y'])], {
        path: await place(name),
        rowGroupRows: 2,
      });
      assert.equal(String(dataset.schema.fields[0].type), 'Dictionary<Int32, Utf8>');
      const read = await dataset.read();
      assert.deepEqual(
        rowsOf(read),
        ['x', 'y', null, 'z', 'y'].map((d) => ({ d })),
      );
    }
  });

  it('writes again what a later frame makes wider', async () => {
    const frames = () => [
      new Table({ a: vectorFromArray([1, 2], new Int32()) }),
      new Table({ a: vectorFromArray([0.5], new Float64()), b: vectorFromArray(['x'], new Utf8()) }),
      new Table({ b: vectorFromArray(['y'], new Utf8()) }),
    ];
    for (const name of ['out.parquet', 'out.arrow']) {
      const path = await place(name);
      const dataset = await writeDataset(frames(), { path, rowGroupRows: 1 });
      assert.deepEqual(rowsOf(await dataset.read()), [
        { a: 1, b: null },
        { a: 2, b: null },
        { a: 0.5, b: 'x' },
        { a: null, b: 'y' },
      ]);
      assert.deepEqual(await filesIn(join(path, '..')), [name]);
    }
    const clash = [...frames(), new Table({ a: vectorFromArray(['no'], new Utf8()) })];
    const path = await place('out.parquet');
    await assert.rejects(writeDataset(clash, { path, rowGroupRows: 1 }), {
      code: 'ERR_SCHEMA_MISMATCH',
      message: /column 'a' is Float64 in what was written before, and Utf8 in frame 3/,
    });
    assert.deepEqual(await filesIn(join(path, '..')), []);
  });

  it('makes folders of columns, with any names and values', async () => {
    const path = await place('out');
    const names = ['a/b', 'c=d', '50%', '', 'käse', null, 'x y', '../up'];
    const table = new Table({
      'k=1': vectorFromArray([...names, 'a/b'], new Utf8()),
      n: vectorFromArray([1, 2, 3, 4, 5, 6, 7, 8, 9], new Int32()),
      x: vectorFromArray([1, 2, 3, 4, 5, 6, 7, 8, 9], new Float64()),
    });
    const dataset = await writeDataset(table, { path, partitionBy: 'k=1' });
    assert.equal(dataset.files.length, names.length);
    assert.deepEqual(dataset.columns, ['n', 'x', 'k=1']);
    const read = rowsOf(await dataset.read()) as { n: number; 'k=1': string | null }[];
    for (const { n, 'k=1': name } of read) assert.equal(name, names[(n - 1) % names.length]);
    const nested = await writeDataset(table, { path: await place('out'), partitionBy: ['n', 'k=1'] });
    assert.equal(nested.files.length, 9);
    assert.deepEqual(nested.columns, ['x', 'n', 'k=1']);
  });

  it('has as many partitions as there are values', async () => {
    const path = await place('many/');
    const n = 3000;
    const table = tableFromArrays({
      k: Int32Array.from({ length: 2 * n }, (_, i) => i % n),
      x: new Float64Array(2 * n),
    });
    const dataset = await writeDataset(table, { path, partitionBy: 'k' });
    assert.equal(dataset.files.length, n);
    assert.equal(dataset.numRows, 2 * n);
  });

  it('writes a frame without rows', async () => {
    for (const to of [await place('none.parquet'), await place('none.arrow'), await place('none/')]) {
      const dataset = await writeDataset(prices().slice(0, 0), to);
      assert.deepEqual(dataset.columns, ['item', 'price']);
      assert.equal(dataset.numRows, 0);
    }
    const partitioned = await writeDataset(prices().slice(0, 0), {
      path: await place('none'),
      partitionBy: 'item',
    });
    assert.deepEqual(partitioned.columns, ['item', 'price']);
  });

  it('touches nothing that is there, unless it is told to', async () => {
    const path = await place('out.parquet');
    await writeFile(path, 'mine');
    await assert.rejects(writeDataset(prices(), path), {
      code: 'ERR_FILE_EXISTS',
      message: /ifExists: 'replace'/,
    });
    await assert.rejects(writeDataset(prices(), `${path}/`), {
      code: 'ERR_FILE_EXISTS',
      message: /is a file/,
    });
    assert.equal(await readFile(path, 'utf8'), 'mine');
    await writeDataset(prices(), { path, ifExists: 'replace' });
    assert.equal((await scan(path)).numRows, 4);
    const dir = await place('out.parquet');
    await mkdir(dir);
    for (const ifExists of ['error', 'replace'] as const) {
      await assert.rejects(writeDataset(prices(), { path: dir, ifExists }), {
        code: 'ERR_FILE_EXISTS',
        message: /is a folder/,
      });
    }
  });

  it('replaces a folder of data, and none that holds anything else', async () => {
    const path = await place('out');
    await writeDataset(prices(), { path, partitionBy: 'item' });
    await assert.rejects(writeDataset(prices(), `${path}/`), { code: 'ERR_FILE_EXISTS' });
    const dataset = await writeDataset(prices(), { path: `${path}/`, ifExists: 'replace' });
    assert.deepEqual(dataset.files, [join(path, 'part-0.parquet')]);
    await writeFile(join(path, 'thesis.docx'), 'years of work');
    await assert.rejects(writeDataset(prices(), { path: `${path}/`, ifExists: 'replace' }), {
      code: 'ERR_FILE_EXISTS',
      message: /holds more than data: .*thesis\.docx/,
    });
    assert.deepEqual(await filesIn(path), ['part-0.parquet', 'thesis.docx']);
    assert.deepEqual(await filesIn(join(path, '..')), ['out', 'out/part-0.parquet', 'out/thesis.docx']);
  });

  it('follows a symbolic link, and leaves it one', async () => {
    const path = await place('real.parquet');
    const link = join(path, '..', 'link.parquet');
    await symlink(path, link);
    await writeDataset(prices(), link);
    assert.equal((await scan(path)).numRows, 4);
    await writeDataset(prices(), { path: link, ifExists: 'replace' });
    assert.deepEqual(await filesIn(join(path, '..')), ['link.parquet', 'real.parquet']);
  });

  it('lets one of two calls win', async () => {
    const path = await place('out.parquet');
    const ends = await Promise.allSettled([writeDataset(prices(), path), writeDataset(prices(), path)]);
    assert.deepEqual(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    const folders = await place('out/');
    const to = { path: folders, partitionBy: 'item', ifExists: 'replace' } as const;
    await Promise.all([writeDataset(prices(), to), writeDataset(prices(), to), writeDataset(prices(), to)]);
    assert.equal((await scan(folders)).numRows, 4);
    assert.equal((await readdir(join(folders, '..'))).length, 1);
  });

  it('leaves nothing when it is aborted or its frames fail', async () => {
    const path = await place('out/');
    const controller = new AbortController();
    async function* frames(end: () => void) {
      yield prices();
      yield prices();
      end();
      yield prices();
    }
    const to = { path, partitionBy: 'item', rowGroupRows: 1 } as const;
    const abort = () => controller.abort();
    await assert.rejects(writeDataset(frames(abort), to, { signal: controller.signal }), {
      code: 'ERR_ABORTED',
    });
    const fail = () => {
      throw new Error('no more');
    };
    await assert.rejects(writeDataset(frames(fail), to), /no more/);
    assert.deepEqual(await filesIn(join(path, '..')), []);
  });

  it('says what the system refuses', async () => {
    const path = await place('file');
    await writeFile(path, '');
    await assert.rejects(writeDataset(prices(), join(path, 'out.parquet')), {
      code: 'ERR_WRITE',
      message: /out\.parquet cannot be written: a part of its path is a file$/,
    });
    await assert.rejects(writeDataset(prices(), await place(`${'x'.repeat(300)}.parquet`)), {
      code: 'ERR_WRITE',
      message: /longer than the file system allows/,
    });
  });

  it('checks where to write', async () => {
    const wrong = async (to: unknown, message: RegExp) =>
      assert.rejects(writeDataset(prices(), to as string), { code: 'ERR_INVALID_OPTION', message });
    await wrong('out.xlsx', /says no format/);
    await wrong('out', /says no format/);
    await wrong({ path: 'out.parquet', partitionby: 'item' }, /did you mean 'partitionBy'/);
    await wrong({ path: 'out.parquet', compression: 'lz4' }, /compression must be/);
    await wrong({ path: 'out.arrow', compression: 'zstd' }, /compression of arrow files must be 'none'/);
    await wrong({ path: 'out.parquet.gz' }, /only CSV files/);
    await wrong({ path: 'out', partitionBy: ['item', 'item'] }, /'item' twice/);
    await wrong(
      { path: join(folder, 'out'), partitionBy: ['item', 'price'] },
      /cannot be the name of a folder/,
    );
    await wrong({ path: join(folder, 'out'), partitionBy: 'item', rowGroupRows: 0 }, /positive whole number/);
    await wrong(7, /to must be a path/);
    await assert.rejects(writeDataset(prices(), { path: join(folder, 'out'), partitionBy: 'itm' }), {
      code: 'ERR_UNKNOWN_COLUMN',
    });
    await assert.rejects(
      writeDataset(prices().select(['item']), { path: join(folder, 'out'), partitionBy: 'item' }),
      {
        message: /leaves none for the files/,
      },
    );
  });

  it('names the column that a format cannot hold', async () => {
    const type = new Struct([new Field('x', new Int32())]);
    const table = new Table(new Schema([new Field('s', type)]), { s: vectorFromArray([{ x: 1 }], type) });
    const path = await place('out.csv');
    await assert.rejects(writeDataset(table, path), { code: 'ERR_UNSTORABLE', message: /column 's'/ });
    assert.deepEqual(await filesIn(join(path, '..')), []);
    assert.equal((await writeDataset(table, await place('out.parquet'))).numRows, 1);
  });

  it('is what load reads', async () => {
    const path = await place('out.parquet');
    await writeDataset(prices(), { path, compression: 'zstd', rowGroupRows: 2 });
    const again = await place('again.parquet');
    await dump(prices(), again);
    assert.deepEqual(rowsOf(await (await scan(path)).read()), rowsOf(await (await scan(again)).read()));
  });
});
