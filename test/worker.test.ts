// alone: it looks at what fresh workers load

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Table, tableFromArrays, Vector } from 'apache-arrow';
import {
  ApplyError,
  applyParallel,
  groupby,
  moduleFunction,
  partial,
  scan,
  shutdown,
  writeDataset,
} from 'apply-parallel';
import { lookup, rolling, shift, sortBy } from 'apply-parallel/columns';

const root = fileURLToPath(new URL('..', import.meta.url));
const table = tableFromArrays({ k: Int32Array.of(1, 2, 1), x: Float64Array.of(1, 2, 3) });
const grouped = groupby(table, 'k');
const options = { nJobs: 2, output: 'records' } as const;

/** Returns the files that this thread has loaded, from the inspector. Imports nothing. */
const loadedFiles = () => {
  const { Session } = process.getBuiltinModule('node:inspector');
  const session = new Session();
  session.connect();
  const files: string[] = [];
  session.on('Debugger.scriptParsed', ({ params }) => {
    if (params.url.startsWith('file:') || params.url.startsWith('/')) files.push(params.url);
  });
  session.post('Debugger.enable');
  session.disconnect();
  return { file: files };
};

const filesOfWorkers = async () => {
  const rows = await applyParallel(grouped, loadedFiles, options);
  return [...new Set(rows.map(({ file }) => String(file)))];
};
const ofArrow = (files: readonly string[]) =>
  files.filter((file) => file.includes('/node_modules/apache-arrow/'));
/** Returns the names of files in dist/, without the hashes in them. */
const ofPackage = (files: readonly string[]) => {
  const dist = pathToFileURL(join(root, 'dist/')).href;
  const own = files.filter((file) => file.startsWith(dist)).map((file) => file.slice(dist.length));
  return own.map((name) => name.replace(/-[0-9A-Z]{8}\./, '-HASH.')).sort();
};

describe('a worker', () => {
  afterEach(() => shutdown());

  it('loads one bundle of this package and no apache-arrow for a function that imports nothing', async () => {
    const files = await filesOfWorkers();
    assert.deepEqual(ofArrow(files), []);
    assert.deepEqual(ofPackage(files), [
      'load-worker.cjs',
      'worker-HASH.cjs',
      'worker-entry.cjs',
      'worker.cjs',
    ]);
  });

  it('does so for a function that uses helpers of this package and tables of Arrow', async () => {
    const items = tableFromArrays({ k: Int32Array.of(2, 1), name: ['two', 'one'] });
    const names = partial(
      (group: { k: Int32Array; x: Float64Array }, { items: known }: { items: Table }) => ({
        name: lookup(group, known, { on: 'k', columns: ['name'] }).name,
        before: shift(group.x),
        mean: rolling(group, { rows: 2, min: 1 }, ({ frame }) => frame.x.reduce((a, b) => a + b)),
        rows: group.x.map(() => known.numRows),
      }),
      { items },
    );
    const rows = await applyParallel(grouped, names, { ...options, input: 'columns' });
    assert.deepEqual(rows, [
      { name: 'one', before: Number.NaN, mean: 1, rows: 2 },
      { name: 'one', before: 1, mean: 4, rows: 2 },
      { name: 'two', before: Number.NaN, mean: 2, rows: 2 },
    ]);
    const files = await filesOfWorkers();
    assert.deepEqual(ofArrow(files), []);
    assert.ok(!ofPackage(files).some((name) => /^(?:columns|index|kernels)/.test(name)), String(files));
  });

  it('gives helpers and tables of one apache-arrow to a function that imports it, too', async () => {
    const check = (group: Table) => {
      const sorted = sortBy(group, 'x', { descending: true });
      return {
        table: [sorted instanceof Table],
        vector: [shift(sorted.getChild('x') as Vector) instanceof Vector],
      };
    };
    assert.deepEqual(await applyParallel(grouped, check, options), [
      { table: true, vector: true },
      { table: true, vector: true },
    ]);
  });

  it('reads and writes files without another apache-arrow', async () => {
    const folder = await mkdtemp(join(root, 'out-worker-'));
    try {
      const x = Float64Array.from({ length: 500_000 }, (_, i) => Math.sin(i));
      await writeDataset(tableFromArrays({ k: x.map(Math.sign), x }), join(folder, 'in.parquet'));
      await shutdown();
      const dataset = await scan(join(folder, 'in.parquet'));
      await applyParallel(groupby(dataset, 'k'), (g: Table) => g, {
        to: join(folder, 'out.parquet'),
        nJobs: 2,
      });
      const files = await filesOfWorkers();
      assert.deepEqual(ofArrow(files), []);
      assert.deepEqual(ofPackage(files), [
        'load-worker.cjs',
        'worker-HASH.cjs',
        'worker-HASH.cjs',
        'worker-entry.cjs',
        'worker.cjs',
      ]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('gives a function that imports apache-arrow groups of its classes', async () => {
    const check = (group: Table) => ({
      table: [group instanceof Table],
      vector: [group.getChild('x') instanceof Vector],
    });
    assert.deepEqual(await applyParallel(grouped, check, options), [
      { table: true, vector: true },
      { table: true, vector: true },
    ]);
  });

  it('does so when the function imports it later', async () => {
    const later = async (group: Table) => {
      const { Table } = await import('apache-arrow');
      return { table: [group instanceof Table] };
    };
    assert.deepEqual(await applyParallel(grouped, later, options), [{ table: true }, { table: true }]);
  });

  it('does so after functions that import nothing, and the other way round', async () => {
    const sum = (group: Table) => ({ sum: [[...(group.getChild('x') ?? [])].length] });
    const check = (group: Table) => ({ table: [group instanceof Table] });
    for (const order of [
      [sum, check, sum, check],
      [check, sum, check],
    ]) {
      for (const fn of order) {
        const rows = await applyParallel(grouped, fn as typeof sum, options);
        assert.deepEqual(rows, fn === sum ? [{ sum: 2 }, { sum: 1 }] : [{ table: true }, { table: true }]);
      }
      await shutdown();
    }
  });

  it('takes results made with the apache-arrow of the function, whichever ran before', async () => {
    await applyParallel(grouped, () => ({ n: [1] }), options);
    const made = await applyParallel(grouped, () => tableFromArrays({ n: Int32Array.of(7) }), { nJobs: 2 });
    assert.ok(made instanceof Table);
    assert.deepEqual([...(made.getChild('n') ?? [])], [7, 7]);
  });

  it('is the package that a function imports', async () => {
    const nested = async (group: Table) => {
      const inner = await applyParallel(groupby(group, 'k'), (g: Table) => g, { nJobs: 2 });
      const refused = await applyParallel(group as never, () => null).catch((error: unknown) => error);
      return { rows: [inner.numRows], table: [inner instanceof Table], own: [refused instanceof ApplyError] };
    };
    assert.deepEqual(await applyParallel(grouped, nested, options), [
      { rows: 2, table: true, own: true },
      { rows: 1, table: true, own: true },
    ]);
  });

  describe('with a function of a module', () => {
    let folder = '';
    after(() => rm(folder, { recursive: true, force: true }));

    it('gives it groups of the classes that its module imports', async () => {
      folder = await mkdtemp(join(root, 'out-worker-'));
      const path = join(folder, 'check.mjs');
      await writeFile(
        path,
        `import { Table } from 'apache-arrow';
         export const check = (group) => ({ table: [group instanceof Table] });`,
      );
      const check = moduleFunction(pathToFileURL(path).href, 'check');
      assert.deepEqual(await applyParallel(grouped, check, options), [{ table: true }, { table: true }]);
    });
  });
});
