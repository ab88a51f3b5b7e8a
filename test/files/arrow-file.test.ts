// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Table, tableFromArrays, tableToIPC, vectorFromArray } from 'apache-arrow';
import { load, scan } from 'apply-parallel';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scan-arrow-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const textOf = (table: Table) =>
  [String(table.schema), ...table.toArray().map((row) => String(row))].join('\n');

describe('scan of Arrow and Parquet files', () => {
  for (const name of ['foreign', 'persist', 'golden']) {
    it(`reads the files of fixtures/${name} as load does`, async () => {
      const names = (await readdir(join(fixtures, name))).filter((file) =>
        /\.(arrow|feather|parquet)$/.test(file),
      );
      for (const file of names) {
        const path = join(fixtures, name, file);
        const expected = await load<Table>(path).catch((error: Error) => error);
        const got = await scan(path)
          .then((dataset) => dataset.read())
          .catch((error: Error) => error);
        if (expected instanceof Error) assert.ok(got instanceof Error, file);
        else assert.equal(got instanceof Error ? got.stack : textOf(got), textOf(expected), file);
      }
    });
  }

  it('reads one column of a file of many without the others', async () => {
    const path = join(folder, 'wide.arrow');
    const columns = Object.fromEntries(
      Array.from({ length: 50 }, (_, k) => [`c${k}`, Float64Array.of(k, k + 1)]),
    );
    await writeFile(path, tableToIPC(tableFromArrays(columns), 'file'));
    const table = await (await scan(path, { columns: ['c49', 'c3'] })).read();
    assert.deepEqual(
      textOf(table),
      'Schema<{ 0: c49: Float64, 1: c3: Float64 }>\n{"c49": 49, "c3": 3}\n{"c49": 50, "c3": 4}',
    );
  });

  it('reads dictionaries that grow from batch to batch', async () => {
    const path = join(folder, 'grows.arrows');
    const parts = [['a', 'b'], ['c'], ['b', 'a']].map((values) => new Table({ k: vectorFromArray(values) }));
    await writeFile(path, tableToIPC(parts[0].concat(...parts.slice(1)), 'stream'));
    const dataset = await scan(path);
    assert.deepEqual(Array.from((await dataset.read()).getChild('k') ?? []), ['a', 'b', 'c', 'b', 'a']);
    const tables: unknown[] = [];
    for await (const table of dataset) tables.push(Array.from(table.getChild('k') ?? []));
    assert.deepEqual(tables, [['a', 'b'], ['c'], ['b', 'a']]);
  });

  it('names the file that is torn, wherever it ends', async () => {
    const whole = await readFile(join(fixtures, 'foreign/pyarrow-batches.arrow'));
    const stream = tableToIPC(tableFromArrays({ x: Float64Array.of(1, 2, 3) }), 'stream');
    for (const [name, bytes] of [
      ['torn.arrow', whole],
      ['torn.arrows', stream],
    ] as const) {
      const path = join(folder, name);
      // A stream may end without the mark of its end.
      for (let length = 0; length < bytes.length - 8; length += 7) {
        await writeFile(path, bytes.subarray(0, length));
        await assert.rejects(
          scan(path).then((dataset) => dataset.read()),
          (error: Error & { code?: string }) => error.code === 'ERR_BAD_FILE' && error.message.includes(path),
          `${name} of ${length} bytes`,
        );
      }
    }
  });

  it('refuses a file that was changed after it was opened', async () => {
    const path = join(folder, 'changed.arrow');
    await writeFile(path, tableToIPC(tableFromArrays({ x: Float64Array.of(1, 2, 3) }), 'file'));
    const dataset = await scan(path);
    await writeFile(path, tableToIPC(tableFromArrays({ x: Float64Array.of(1, 2, 3, 4) }), 'file'));
    await assert.rejects(dataset.read(), {
      code: 'ERR_BAD_FILE',
      message: /was changed after scan had opened it/,
    });
    await rm(path);
    await assert.rejects(dataset.read(), { code: 'ERR_BAD_FILE', message: /there is no such file/ });
  });
});
