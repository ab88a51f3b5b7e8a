import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { tableFromArrays } from 'apache-arrow';
import { dump, groupby, scan } from 'apply-parallel';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scan-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const rowsOf = (table: Iterable<unknown>) => Array.from(table, (row) => ({ ...(row as object) }));

const onOneLine = (value: unknown) =>
  inspect(value)
    .replace(/\s+/g, ' ')
    .replace(/\[ (.*?) \]/g, '[$1]');

describe('scan', () => {
  it('opens a Parquet file without reading it, and reads columns of it', async () => {
    const path = join(folder, 'prices.parquet');
    await dump(tableFromArrays({ item: ['a', 'b', 'c'], price: Float64Array.of(1, 2, 3) }), path);
    const dataset = await scan(path);
    assert.deepEqual(dataset.columns, ['item', 'price']);
    assert.deepEqual(dataset.files, [path]);
    assert.equal(dataset.numRows, 3);
    assert.deepEqual(rowsOf(await dataset.select(['price']).read()), [
      { price: 1 },
      { price: 2 },
      { price: 3 },
    ]);
    assert.deepEqual(rowsOf(await dataset.head(1)), [{ item: 'a', price: 1 }]);
  });

  it('prints the files, rows and columns of a data set', async () => {
    const path = join(folder, 'printed.parquet');
    await dump(tableFromArrays({ n: Int32Array.of(1, 2), price: Float64Array.of(1, 2) }), path);
    const dataset = await scan(path);
    const printed = `Dataset { files: [${inspect(path)}], numRows: 2, columns: { n: 'Int32', price: 'Float64' } }`;
    assert.equal(onOneLine(dataset), printed);
    assert.equal(onOneLine(groupby(dataset, 'n')), `DatasetGroupBy { by: ['n'], dataset: ${printed} }`);
    assert.equal(onOneLine(groupby(await dataset.read(), 'n')), `GroupBy { by: ['n'], size: 2, numRows: 2 }`);
  });

  it('reads into shared memory', async () => {
    const path = join(folder, 'shared.parquet');
    await dump(tableFromArrays({ price: Float64Array.of(1, 2, 3) }), path);
    const table = await (await scan(path)).read();
    assert.ok(
      table.getChild('price')?.data.every(({ values }) => values.buffer instanceof SharedArrayBuffer),
    );
  });

  it('makes columns of the names of folders', async () => {
    const root = join(folder, 'hive');
    const files = [
      ['year=2023', 'name=caf%C3%A9%2F1'],
      ['year=2024', 'name=__HIVE_DEFAULT_PARTITION__'],
    ];
    for (const [k, parts] of files.entries()) {
      const path = join(root, ...parts);
      await mkdir(path, { recursive: true });
      await dump(tableFromArrays({ x: Int32Array.of(k) }), join(path, 'part.parquet'));
    }
    await writeFile(join(root, '_SUCCESS'), '');
    const dataset = await scan(root);
    assert.equal(String(dataset.schema.fields[2].type), 'Dictionary<Int32, Utf8>');
    assert.deepEqual(rowsOf(await dataset.read()), [
      { x: 0, year: 2023, name: 'café/1' },
      { x: 1, year: 2024, name: null },
    ]);
    const plain = await scan(root, { hive: false });
    assert.deepEqual(plain.columns, ['x']);
  });

  it('unites columns by name and widens their types', async () => {
    const root = join(folder, 'united');
    await mkdir(root);
    await dump(tableFromArrays({ x: Int32Array.of(1), y: ['a'] }), join(root, 'a.parquet'));
    await dump(tableFromArrays({ z: [true], x: Float64Array.of(1.5) }), join(root, 'b.parquet'));
    assert.deepEqual(rowsOf(await (await scan(root)).read()), [
      { x: 1, y: 'a', z: null },
      { x: 1.5, y: null, z: true },
    ]);
  });

  it('refuses files whose columns do not fit together, and names both', async () => {
    const root = join(folder, 'apart');
    await mkdir(root);
    await dump(tableFromArrays({ x: Int32Array.of(1) }), join(root, 'a.parquet'));
    await dump(tableFromArrays({ x: ['1'] }), join(root, 'b.parquet'));
    await assert.rejects(scan(root), (error: Error & { code: string }) => {
      assert.equal(error.code, 'ERR_SCHEMA_MISMATCH');
      assert.match(error.message, /column 'x' is Int32 in .*a\.parquet and .* in .*b\.parquet/);
      return true;
    });
  });

  it('says how to read CSV files of which one has no values in a column', async () => {
    const paths = [0, 1, 2].map((k) => join(folder, `part-${k}.csv`));
    await writeFile(paths[0], 'k,v\n1,2\n');
    await writeFile(paths[1], 'k,v\n3,\n');
    await writeFile(paths[2], 'k,v\n');
    const advice =
      /A column of a CSV file without values counts as text: declare its type with csv: \{ types/;
    await assert.rejects(scan(paths), { code: 'ERR_SCHEMA_MISMATCH', message: advice });
    const table = await (await scan(paths, { csv: { types: { k: 'int32', v: 'int32' } } })).read();
    assert.deepEqual(rowsOf(table), [
      { k: 1, v: 2 },
      { k: 3, v: null },
    ]);
  });

  it('suggests the column that was meant', async () => {
    const path = join(folder, 'prices.parquet');
    await assert.rejects(scan(path, { columns: ['prize'] }), {
      code: 'ERR_UNKNOWN_COLUMN',
      message: "scan: no file has a column 'prize'; did you mean 'price'?",
    });
  });

  it('names a file that is missing', async () => {
    await assert.rejects(scan(join(folder, 'none.parquet')), {
      code: 'ERR_BAD_FILE',
      message: /none\.parquet/,
    });
  });
});
