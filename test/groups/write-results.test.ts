import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Field, Float64, Schema, tableFromArrays } from 'apache-arrow';
import { applyParallel, type GroupError, groupby, scan, shutdown, transformParallel } from 'apply-parallel';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'to-'));
});
after(() => rm(folder, { recursive: true, force: true }));
after(shutdown);

const rowsOf = (table: Iterable<unknown>) => Array.from(table, (row) => ({ ...(row as object) }));
const n = 2000;
const sales = tableFromArrays({
  k: Int32Array.from({ length: n }, (_, i) => (i * 7) % 40),
  x: Float64Array.from({ length: n }, (_, i) => i),
});

type Sales = { k: Int32Array; x: Float64Array };
const triple = (g: Sales) => ({ ...g, y: g.x.map((x) => 3 * x), name: Array.from(g.k, (k) => `g${k}`) });

describe('applyParallel with to', () => {
  for (const options of [{ nJobs: 2 }, { backend: 'inline' }, { backend: 'async' }] as const) {
    it(`writes what it would return, in group order: ${JSON.stringify(options)}`, async () => {
      const path = join(folder, `${JSON.stringify(options).replace(/\W/g, '')}.parquet`);
      const how = { ...options, input: 'columns', batchSize: 1 } as const;
      const returned = await applyParallel(groupby(sales, 'k'), triple, how);
      const written = await applyParallel(groupby(sales, 'k'), triple, {
        ...how,
        to: { path, rowGroupRows: 300 },
      });
      assert.equal(written.numRows, n);
      assert.deepEqual(rowsOf(await written.read()), rowsOf(returned));
    });
  }

  it('has one schema for groups that differ', async () => {
    const written = await applyParallel(
      groupby(sales, 'k'),
      (g: Sales, { index }) =>
        index === 3
          ? null
          : index % 2 === 0
            ? { k: g.k.slice(0, 1) }
            : { k: g.k.slice(0, 1), odd: [index + 0.5] },
      { input: 'columns', to: join(folder, 'odd.parquet') },
    );
    assert.deepEqual(
      rowsOf(await written.read()).slice(0, 4),
      [0, 1, 2, 4].map((k) => ({ k, odd: k === 1 ? 1.5 : null })),
    );
  });

  it('writes columns and no rows if every result is empty', async () => {
    const empty = { k: new Int32Array(0), z: new Float64Array(0) };
    const written = await applyParallel(groupby(sales, 'k'), () => empty, {
      to: join(folder, 'empty.parquet'),
    });
    assert.deepEqual(written.columns, ['k', 'z']);
    assert.equal(written.numRows, 0);
    const schema = new Schema([new Field('a', new Float64(), true)]);
    const declared = await applyParallel(groupby(sales, 'k'), () => null, {
      schema,
      to: join(folder, 'e.arrow'),
    });
    assert.deepEqual(declared.columns, ['a']);
    const none = await applyParallel(groupby(sales.slice(0, 0), 'k'), triple as never, {
      to: join(folder, 'none.parquet'),
    });
    assert.deepEqual(none.columns, ['k', 'x']);
  });

  it('leaves nothing of a call that fails or is aborted', async () => {
    const to = { path: join(folder, 'fails', 'out/'), partitionBy: 'k' };
    const fails = applyParallel(
      groupby(sales, 'k'),
      (g: Sales, { index }) => {
        if (index === 30) throw new Error('group 30');
        return g;
      },
      { input: 'columns', nJobs: 2, batchSize: 1, to },
    );
    await assert.rejects(fails, (error: GroupError) => error.code === 'ERR_GROUP_FAILED' && error.key === 30);
    const controller = new AbortController();
    const aborted = applyParallel(
      groupby(sales, 'k'),
      async (g: Sales, { index }) => {
        if (index === 20) controller.abort();
        return g;
      },
      { input: 'columns', backend: 'async', signal: controller.signal, to },
    );
    await assert.rejects(aborted, { code: 'ERR_ABORTED' });
    assert.equal(existsSync(join(folder, 'fails')), false);
  });

  it('skips groups that may fail, and takes what replaces them', async () => {
    const written = await applyParallel(
      groupby(sales, 'k'),
      (g: Sales, { index }) => {
        if (index % 10 === 0) throw new Error('no');
        return { k: g.k.slice(0, 1) };
      },
      {
        input: 'columns',
        onError: ({ index }) => (index === 0 ? null : { k: Int32Array.of(-index) }),
        to: join(folder, 'replaced.arrow'),
      },
    );
    const keys = rowsOf(await written.read()).map((row) => (row as { k: number }).k);
    assert.deepEqual(
      keys,
      Array.from({ length: 39 }, (_, k) => ((k + 1) % 10 === 0 ? -(k + 1) : k + 1)),
    );
  });

  it('refuses before anything runs', async () => {
    const path = join(folder, 'there.parquet');
    await applyParallel(groupby(sales, 'k'), triple, { input: 'columns', to: path });
    const ran: number[] = [];
    const call = applyParallel(
      groupby(sales, 'k'),
      (g) => {
        ran.push(1);
        return g;
      },
      { backend: 'inline', to: path },
    );
    await assert.rejects(call, { code: 'ERR_FILE_EXISTS' });
    assert.equal(ran.length, 0);
    const both = { to: join(folder, 'both.parquet'), returnAs: 'generator' } as never;
    await assert.rejects(async () => applyParallel(groupby(sales, 'k'), (g) => g, both), {
      code: 'ERR_INVALID_OPTION',
      message: /leave one of them out/,
    });
    assert.ok(!existsSync(join(folder, 'both.parquet')));
  });

  it('writes over its input', async () => {
    const path = join(folder, 'input');
    await applyParallel(groupby(sales, 'k'), triple, { input: 'columns', to: { path, partitionBy: 'k' } });
    const table = await (await scan(path)).read();
    const again = await applyParallel(groupby(table, 'k'), (g) => g, {
      to: { path, partitionBy: 'k', ifExists: 'replace' },
    });
    assert.equal(again.numRows, n);
  });
});

describe('transformParallel with to', () => {
  it('writes the rows in the order of the frame', async () => {
    const written = await transformParallel(groupby(sales, 'k'), (g: Sales) => ({ x: g.x.map((x) => -x) }), {
      input: 'columns',
      to: join(folder, 'transformed.parquet'),
    });
    assert.deepEqual(
      rowsOf(await written.read()),
      Array.from({ length: n }, (_, x) => ({ x: -x })),
    );
  });
});
