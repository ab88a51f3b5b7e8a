// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Dictionary, Field, Int8, Int32, Schema, Table, Utf8, vectorFromArray } from 'apache-arrow';
import { applyParallel, cogroup, type GroupError, groupby, type Report } from 'apply-parallel';
import { type Cluster, type RemoteFrame, spark } from 'apply-parallel/spark';
import { noSpark, type SparkServer, startSpark } from './support/spark-server.js';

const KEYS = ['tea', 'cake', 'soup', 'bread', 'rice', null];
const ROWS = 1200;

const sales = new Table({
  category: vectorFromArray(
    Array.from({ length: ROWS }, (_, row) => KEYS[row % 6]),
    new Dictionary(new Utf8(), new Int8()),
  ),
  price: vectorFromArray(Float64Array.from({ length: ROWS }, (_, row) => row / 4)),
});

interface Sales {
  readonly price: Float64Array;
}

const summary = ({ price }: Sales, { key }: { key: unknown }) => ({
  key: [String(key)],
  n: Int32Array.of(price.length),
  total: Float64Array.of(price.reduce((sum, value) => sum + value, 0)),
});

const failing = ({ price }: Sales, { key }: { key: unknown }) => {
  if (key === 'soup') throw new RangeError(`no ${key}`);
  return { key: [String(key)], n: Int32Array.of(price.length) };
};

type Rows = readonly Readonly<Record<string, unknown>>[];

const textOf = (row: Rows[number]) => Object.values(row).join();
const byText = (rows: Rows): Rows => [...rows].sort((a, b) => textOf(a).localeCompare(textOf(b)));

const rowsHere = (table: Table): Rows => byText(table.toArray().map((row) => row.toJSON()));

describe('results that stay on a cluster', { skip: noSpark, timeout: 1_200_000 }, () => {
  let server: SparkServer;
  let cluster: Cluster;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apply-parallel-to-'));
    server = await startSpark();
    cluster = await spark(server.url);
  });
  after(async () => {
    await cluster?.close();
    await server?.stop();
    await rm(folder, { recursive: true });
  });
  const here = groupby(sales, 'category');
  const place = (name: string) => join(folder, name);
  const remote = () =>
    cluster.sql(
      "select element_at(array('tea', 'cake', 'soup', 'bread', 'rice', null), cast(id % 6 as int) + 1) as category, " +
        `id / 4d as price from range(${ROWS})`,
    );
  /** Reads what was written, all rows as one group. */
  const rowsOf = async (frame: RemoteFrame): Promise<Rows> => {
    const [first] = (await frame.schema()).names;
    const out = await applyParallel(groupby(frame, String(first), { dropna: false }), (rows) => rows);
    return rowsHere(out);
  };

  it('are those of a call here, and can be grouped again', async () => {
    const options = { input: 'columns' } as const;
    const expected = await applyParallel(here, summary, options);
    let report: Report | undefined;
    const there = await applyParallel(groupby(remote(), 'category'), summary, {
      ...options,
      to: cluster.to(place('remote')),
      report: (given) => {
        report = given;
      },
    });
    assert.equal(String(await there.schema()), String(expected.schema));
    assert.deepEqual(await rowsOf(there), rowsHere(expected));
    assert.deepEqual([report?.groups, report?.rowsIn, report?.rowsOut], [5, 1000, 5]);
    const sent = await applyParallel(here, summary, {
      ...options,
      backend: cluster,
      to: cluster.to(place('sent')),
    });
    assert.deepEqual(await rowsOf(sent), rowsHere(expected));
    assert.ok(existsSync(join(place('sent'), '_SUCCESS')));
  });

  it('are run once', async () => {
    const log = place('runs');
    const fn = (_: Sales, { key }: { key: unknown }) => {
      appendFileSync(log, `${key}\n`);
      return { x: [1.5] };
    };
    await applyParallel(groupby(remote(), 'category'), fn, {
      input: 'columns',
      to: cluster.to(place('once')),
    });
    assert.deepEqual(readFileSync(log, 'utf8').trim().split('\n').sort(), [
      'bread',
      'cake',
      'rice',
      'soup',
      'tea',
    ]);
  });

  it('have the columns and types that all results have together, and the keys if that is wanted', async () => {
    const fn = (_: Sales, { key }: { key: unknown }) =>
      key === 'tea'
        ? { x: Uint32Array.of(4e9), list: [[1, 2]], when: [new Date(1)] }
        : key === 'soup'
          ? { x: Float64Array.of(1.5), text: ['soup', 'more'].slice(0, 1) }
          : null;
    const expected: Rows = [
      { list: [1, 2], when: 1, x: 4e9, text: null, category: 'tea' },
      { list: null, when: null, x: 1.5, text: 'soup', category: 'soup' },
    ];
    for (const [name, groups] of [
      ['keys-sent', here],
      ['keys-remote', groupby(remote(), 'category')],
    ] as const) {
      const there = await applyParallel(groups as typeof here, fn, {
        input: 'columns',
        backend: cluster,
        groupKeys: true,
        to: cluster.to(place(name), { partitionBy: 'category', options: { compression: 'zstd' } }),
      });
      const { names } = await there.schema();
      assert.deepEqual([...names].sort(), ['category', 'list', 'text', 'when', 'x']);
      const rows = (await rowsOf(there)).map((row) => ({
        ...row,
        list: row.list && [...(row.list as Iterable<number>)],
      }));
      assert.deepEqual(rows.sort((a, b) => Number('x' in b) - Number('x' in a)).length, expected.length);
      for (const row of expected)
        assert.ok(
          rows.some((each) => isSame(each, row)),
          JSON.stringify(rows),
        );
      assert.ok(existsSync(join(place(name), 'category=tea')));
    }
  });

  it('go through a format of text, beside what onError gives in the place of failed groups', async () => {
    const seen: unknown[] = [];
    const there = await applyParallel(groupby(remote(), 'category'), failing, {
      input: 'columns',
      onError: ({ key, index }: GroupError) => {
        seen.push([key, index]);
        return { key: ['instead'], n: Int32Array.of(-1) };
      },
      to: cluster.to(place('csv'), { format: 'csv', options: { header: true } }),
    });
    assert.deepEqual(seen, [['soup', 3]]);
    assert.deepEqual((await rowsOf(there)).map(({ key, n }) => `${key} ${n}`).sort(), [
      'bread 200',
      'cake 200',
      'instead -1',
      'rice 200',
      'tea 200',
    ]);
    const skipped = await applyParallel(here, failing, {
      input: 'columns',
      backend: cluster,
      onError: 'skip',
      to: cluster.to(place('json'), { format: 'json' }),
    });
    assert.equal((await rowsOf(skipped)).length, 4);
  });

  it('may be of several frames', async () => {
    const both = cogroup(here, groupby(sales.slice(0, 4), 'category'));
    const sizes = (a: Sales, b: Sales) => ({ a: [a.price.length], b: [b.price.length] });
    const options = { input: 'columns', groupKeys: true, backend: cluster } as const;
    const there = await applyParallel(both, sizes, { ...options, to: cluster.to(place('both')) });
    const expected = await applyParallel(both, sizes, { input: 'columns', groupKeys: true });
    assert.deepEqual(
      (await rowsOf(there)).map(({ category, a, b }) => `${category} ${a} ${b}`),
      rowsHere(expected).map(({ category, a, b }) => `${category} ${a} ${b}`),
    );
  });

  it('are added, replaced or left, as the mode says', async () => {
    const write = (mode?: 'append' | 'overwrite' | 'ignore', fn = summary) =>
      applyParallel(here, fn, {
        input: 'columns',
        backend: cluster,
        to: cluster.to(place('modes'), { mode }),
      });
    await write();
    const ran = () => {
      throw new Error('no group should run');
    };
    await assert.rejects(write(undefined, ran), {
      code: 'ERR_CLUSTER',
      message: /modes exists: .*overwrite/,
    });
    assert.equal((await rowsOf(await write('append'))).length, 10);
    assert.equal((await rowsOf(await write('ignore', ran))).length, 10);
    // Groups that fail leave what was there, although the mode is to replace it.
    await assert.rejects(write('overwrite', ran), { code: 'ERR_GROUP_FAILED' });
    assert.equal((await rowsOf(await write('ignore'))).length, 10);
    assert.equal((await rowsOf(await write('overwrite'))).length, 5);
  });

  it('have a schema where there are none', async () => {
    const nothing = cluster.sql('select 1 as k, 2.5d as x where false');
    const none = await applyParallel(groupby(nothing, 'k'), (g) => g, { to: cluster.to(place('none')) });
    assert.deepEqual((await none.schema()).names, ['k', 'x']);
    const schema = new Schema([new Field('word', new Dictionary(new Utf8(), new Int32()), true)]);
    for (const [name, frame] of [
      ['all-null', sales],
      ['no-rows', sales.slice(0, 0)],
    ] as const) {
      const options = { schema, backend: cluster, to: cluster.to(place(name)) };
      const declared = await applyParallel(groupby(frame, 'category'), () => null, options);
      assert.equal(String(await declared.schema()), 'Schema<{ 0: word: Utf8 }>');
    }
  });

  describe('that fail', () => {
    const rejected = async (
      fn: (g: Sales, c: { key: unknown }) => object,
      schema?: Schema,
      partitionBy?: string,
    ) => {
      const to = cluster.to(place('fails'), { partitionBy });
      let told: GroupError | undefined;
      for (const groups of [here, groupby(remote(), 'category')] as (typeof here)[]) {
        await assert.rejects(
          applyParallel(groups, fn, { input: 'columns', backend: cluster, schema, to }),
          (error: GroupError) => {
            told = error;
            return true;
          },
        );
        assert.equal(existsSync(place('fails')), false);
      }
      return told as GroupError;
    };

    it('end the call with the error of the function, and leave nothing', async () => {
      const error = await rejected(failing);
      assert.deepEqual([error.code, error.key], ['ERR_GROUP_FAILED', 'soup']);
      assert.ok(error.cause instanceof RangeError);
      assert.match(String(error.stack), /real\/to\.test\.ts/);
    });

    it('by another schema than declared are as here', async () => {
      const schema = new Schema([new Field('key', new Utf8(), true), new Field('n', new Int8(), true)]);
      const error = await rejected(failing, schema);
      const local = await applyParallel(here, failing, { input: 'columns', schema }).catch((e) => e);
      assert.equal(error.code, 'ERR_SCHEMA_MISMATCH');
      assert.match(error.message, /^group '\w+': column 'n' is Int32, declared is Int8/);
      assert.match(local.message, /column 'n' is Int32, declared is Int8/);
    });

    it('by types that Spark does not have, or columns that there are not, say so', async () => {
      assert.match((await rejected(() => ({ x: [null] }))).message, /'x' is null in every row/);
      assert.match((await rejected(() => ({ x: BigUint64Array.of(1n) }))).message, /'x' has the type Uint64/);
      assert.match((await rejected(summary, undefined, 'kye')).message, /no column 'kye'/);
      const mixed = (_: Sales, { key }: { key: unknown }) => ({
        x: key === 'tea' ? ['a'] : Float64Array.of(1),
      });
      assert.equal((await rejected(mixed)).code, 'ERR_SCHEMA_MISMATCH');
      const to = cluster.to(place('fails'), { format: 'nosuch' });
      await assert.rejects(applyParallel(here, summary, { input: 'columns', backend: cluster, to }), {
        code: 'ERR_CLUSTER',
        message: /DATA_SOURCE_NOT_FOUND/,
      });
    });

    it('by an abort leave nothing, and the cluster does the next call', async () => {
      const endless = () => {
        for (;;);
      };
      const options = { input: 'columns', to: cluster.to(place('aborted')) } as const;
      const signal = AbortSignal.timeout(1500);
      await assert.rejects(applyParallel(groupby(remote(), 'category'), endless, { ...options, signal }), {
        code: 'ERR_ABORTED',
      });
      assert.equal(existsSync(place('aborted')), false);
      const there = await applyParallel(groupby(remote(), 'category'), summary, options);
      assert.equal((await rowsOf(there)).length, 5);
      const names = readdirSync(place('aborted')).filter((name) => name.startsWith('_'));
      assert.deepEqual(names, ['_SUCCESS']);
    });
  });
});

function isSame(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(b).every((name) => String(a[name]) === String(b[name]));
}
