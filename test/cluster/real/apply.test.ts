// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { parse } from 'acorn';
import {
  Dictionary,
  Field,
  Int8,
  Int32,
  List,
  Table,
  Uint32,
  Uint64,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import {
  applyParallel,
  cogroup,
  dump,
  filterParallel,
  type GroupError,
  groupby,
  mapBatches,
  type Progress,
  type Report,
  SharedLock,
  scan,
  transformParallel,
  windows,
} from 'apply-parallel';
import { type Cluster, spark } from 'apply-parallel/spark';
import { noSpark, type SparkServer, startSpark } from './support/spark-server.js';

/** Calls that are aborted at random moments. */
const ABORTS = Number(process.env.APPLY_PARALLEL_ABORTS ?? 6);

const KEYS = ['tea', 'cake', 'soup', 'bread', 'rice', null];
const ROWS = 6000;

/** Sales in types that Spark has. */
const sales = new Table({
  category: vectorFromArray(
    Array.from({ length: ROWS }, (_, row) => KEYS[(row * 7) % 6]),
    new Utf8(),
  ),
  store: vectorFromArray(
    Array.from({ length: ROWS }, (_, row) => (row % 11 === 0 ? null : row % 4)),
    new Int32(),
  ),
  price: vectorFromArray(Float64Array.from({ length: ROWS }, (_, row) => (row % 100) / 4)),
  row: vectorFromArray(Int32Array.from({ length: ROWS }, (_, row) => row)),
});

interface Sales {
  readonly price: Float64Array;
  readonly row: Int32Array;
}

const rate = 0.25;
const summary = ({ price }: Sales, { key }: { key: unknown }) => ({
  key: [String(key)],
  n: Int32Array.of(price.length),
  total: Float64Array.of(price.reduce((sum, value) => sum + value, 0) * rate),
});

const rowsOf = (table: Table) => table.toArray().map((row) => row.toJSON());

const same = (actual: Table, expected: Table) => {
  assert.equal(String(actual.schema), String(expected.schema));
  assert.deepEqual(rowsOf(actual), rowsOf(expected));
};

describe('groups on a cluster', { skip: noSpark, timeout: 1_200_000 }, () => {
  let server: SparkServer;
  let cluster: Cluster;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apply-parallel-cluster-'));
    await dump(sales, join(folder, 'sales.parquet'));
    server = await startSpark();
    cluster = await spark(server.url);
  });
  after(async () => {
    await cluster?.close();
    await server?.stop();
    await rm(folder, { recursive: true });
  });
  const remote = () => cluster.read(join(folder, 'sales.parquet'));

  describe('of a frame that is here', () => {
    it('are those of a call here', async () => {
      for (const by of ['category', ['category', 'store']]) {
        for (const dropna of [true, false]) {
          const groups = groupby(sales, by, { dropna });
          const options = { input: 'columns' } as const;
          same(
            await applyParallel(groups, summary, { ...options, backend: cluster }),
            await applyParallel(groups, summary, options),
          );
        }
      }
    });

    it('keep types that Spark does not have, and the order of rows', async () => {
      const odd = new Table({
        key: vectorFromArray(['x', 'y', 'x', null, 'y', null], new Dictionary(new Utf8(), new Int8())),
        u: vectorFromArray([4e9, 1, 2, 3, 4, 5], new Uint32()),
        t: vectorFromArray([1n, 2n, null, 4n, 2n ** 63n, 6n], new Uint64()),
      });
      const groups = groupby(odd, 'key', { sort: false, dropna: false });
      const fn = (group: object, { index }: { index: number }) => ({ ...group, index: [index, index] });
      const here = await applyParallel(groups, fn, { input: 'columns' });
      same(await applyParallel(groups, fn, { input: 'columns', backend: cluster }), here);
    });

    it('may be transformed, filtered, cut into batches and brought together', async () => {
      const options = { input: 'columns' } as const;
      const centre = ({ price }: Sales) => ({ centred: price.map((value) => value - price[0]) });
      same(
        await transformParallel(groupby(sales, 'store'), centre, { ...options, backend: cluster }),
        await transformParallel(groupby(sales, 'store'), centre, options),
      );
      const isLarge = ({ price }: Sales) => price.length > 1000;
      same(
        await filterParallel(groupby(sales, 'category'), isLarge, { ...options, backend: cluster }),
        await filterParallel(groupby(sales, 'category'), isLarge, options),
      );
      const first = ({ row }: Sales, { index }: { index: number }) => ({ row: row.slice(0, 1), at: [index] });
      same(
        await mapBatches(sales, first, { ...options, batchRows: 900, backend: cluster }),
        await mapBatches(sales, first, { ...options, batchRows: 900 }),
      );
      const joined = cogroup(groupby(sales, 'category'), groupby(sales.slice(0, 10), 'category'));
      const sizes = (a: Sales, b: Sales) => ({ a: [a.price.length], b: [b.price.length] });
      same(
        await applyParallel(joined, sizes, { ...options, backend: cluster }),
        await applyParallel(joined, sizes, options),
      );
    });

    it('come one by one in group order', async () => {
      const keys: unknown[] = [];
      const stream = applyParallel(groupby(sales, 'category'), summary, {
        input: 'columns',
        backend: cluster,
        returnAs: 'generator',
      });
      for await (const { key, index } of stream) keys.push([index, key]);
      assert.deepEqual(
        keys,
        groupby(sales, 'category').keys.map((key, k) => [k, key]),
      );
    });
  });

  describe('of a remote frame', () => {
    it('are those of a call here, in the order of their keys', async () => {
      for (const by of ['category', 'store', ['category', 'store']]) {
        for (const dropna of [true, false]) {
          const here = await applyParallel(groupby(sales, by, { dropna }), summary, { input: 'columns' });
          same(await applyParallel(groupby(remote(), by, { dropna }), summary, { input: 'columns' }), here);
        }
      }
    });

    it('are those that the query gives, NaN and null as one key', async () => {
      const query =
        "select * from values (1d, 1), (null, 2), (double('NaN'), 4), (0d, 8), (-0d, 16), (1d, 32) as t(k, x)";
      const fn = ({ x }: { x: Int32Array }) => ({ x: [x.reduce((sum, value) => sum + value, 0)] });
      const out = await applyParallel(groupby(cluster.sql(query), 'k', { dropna: false }), fn, {
        input: 'columns',
        groupKeys: true,
      });
      assert.deepEqual(
        rowsOf(out).map(({ k, x }) => [k === null || Number.isNaN(k) ? 'missing' : Math.abs(k), x]),
        [
          [0, 24],
          [1, 33],
          ['missing', 6],
        ],
      );
    });

    it('are read without the columns that the function does not use', async () => {
      const query = "select id % 3 as k, id as x, raise_error('was read') as other from range(9)";
      const groups = groupby(cluster.sql(query), 'k');
      const sum = ({ x }: { x: BigInt64Array }) => ({ x: [Number(x.reduce((a, b) => a + b, 0n))] });
      const out = await applyParallel(groups, sum, { input: 'columns', orderBy: 'x', groupKeys: true });
      assert.deepEqual(rowsOf(out), [
        { k: 0n, x: 9 },
        { k: 1n, x: 12 },
        { k: 2n, x: 15 },
      ]);
      const counts = await applyParallel(groups, (t) => ({ n: [t.numRows], x: [t.getChild('x')?.get(0)] }));
      assert.deepEqual(counts.getChild('n')?.toArray(), Float64Array.of(3, 3, 3));
      // Results without rows have all columns, and an error knows them.
      const none = await applyParallel(groups, ({ x }: { x: object }) => (x ? null : []), {
        input: 'columns',
      });
      assert.deepEqual(none.schema.names, ['k', 'x', 'other']);
      await assert.rejects(
        applyParallel(groups, (g: object) => ({ ...g }), { input: 'columns' }),
        /USER_RAISED_EXCEPTION.*was read/,
      );
    });

    it('have their rows in the order of orderBy', async () => {
      const rows = ({ row }: Sales) => ({
        sorted: [Array.from(row).every((value, k) => k === 0 || value < row[k - 1])],
      });
      const out = await applyParallel(groupby(remote(), 'category'), rows, {
        input: 'columns',
        orderBy: ['price', { column: 'row', descending: true }].slice(1),
      });
      assert.deepEqual(
        rowsOf(out).map(({ sorted }) => sorted),
        [true, true, true, true, true],
      );
    });

    it('are worked on in pieces where a task has many rows', async () => {
      // Spark's estimate is 80 MB, for at most 320 in memory; the group 7 has half of the rows, more than a
      // piece.
      const rows = 5_000_000;
      const key = 'if(id % 2 = 0, 7, id % 300)';
      const frame = cluster.sql(`select ${key} as k, cast(id as double) as x, id as y from range(${rows})`);
      const fn = ({ x, y }: { x: Float64Array; y: BigInt64Array }, { key }: { key: unknown }) => ({
        key: [Number(key)],
        n: [y.length],
        sum: [x.reduce((sum, value) => sum + value, 0)],
        memory: [x.buffer.byteLength],
      });
      const out = await applyParallel(groupby(frame, 'k'), fn, { input: 'columns', nJobs: 1 });
      const expected = new Map<number, { n: number; sum: number }>();
      for (let id = 0; id < rows; id++) {
        const k = id % 2 === 0 ? 7 : id % 300;
        const { n, sum } = expected.get(k) ?? { n: 0, sum: 0 };
        expected.set(k, { n: n + 1, sum: sum + id });
      }
      const found = rowsOf(out).map(({ key, n, sum }) => [key, { n, sum }]);
      assert.deepEqual(
        found,
        [...expected].sort(([a], [b]) => a - b),
      );
      // Groups of a piece share its memory: that of the whole task would be 40 MB for this column.
      const memory = rowsOf(out).map((row) => row.memory);
      assert.ok(Math.min(...memory) < 12e6, `${Math.min(...memory)} bytes`);
    });

    it('give results whose columns and types differ, and the schema where there are none', async () => {
      const fn = (_: Sales, { key }: { key: unknown }) =>
        key === 'tea'
          ? { x: Float64Array.of(1.5) }
          : key === 'soup'
            ? { x: Int32Array.of(2), s: ['soup'] }
            : null;
      const options = { input: 'columns' } as const;
      same(
        await applyParallel(groupby(remote(), 'category'), fn, options),
        await applyParallel(groupby(sales, 'category'), fn, options),
      );
      const nothing = cluster.sql('select 1 as k, 2.5d as x where false');
      const none = await applyParallel(groupby(nothing, 'k'), (g) => g);
      assert.deepEqual([none.numRows, none.schema.names], [0, ['k', 'x']]);
    });

    it('come one by one, and go to a file here', async () => {
      const keys: unknown[] = [];
      for await (const { key } of applyParallel(groupby(remote(), 'category'), summary, {
        input: 'columns',
        returnAs: 'generator',
      })) {
        keys.push(key);
      }
      assert.deepEqual(keys, ['bread', 'cake', 'rice', 'soup', 'tea']);
      const path = join(folder, 'out.parquet');
      await applyParallel(groupby(remote(), 'category'), summary, { input: 'columns', to: path });
      const here = await applyParallel(groupby(sales, 'category'), summary, { input: 'columns' });
      assert.deepEqual(rowsOf(await (await scan(path)).read()), rowsOf(here));
    });

    it('come as tasks end, without order', async () => {
      const stream = (fn: (group: Sales, context: { key: string }) => object | null, more: object = {}) =>
        applyParallel(groupby(remote(), 'category'), fn as never, {
          input: 'columns',
          groupKeys: true,
          returnAs: 'generatorUnordered',
          nJobs: 2,
          ...more,
        });
      const keys: string[] = [];
      let told: Report | undefined;
      const report = (each: Report) => {
        told = each;
      };
      for await (const { key, index, frame } of stream(summary, { report })) {
        keys.push(String(key));
        assert.equal(index, -1);
        assert.deepEqual([frame.numRows, frame.get(0)?.category], [1, key]);
      }
      assert.deepEqual(keys.toSorted(), ['bread', 'cake', 'rice', 'soup', 'tea']);
      assert.deepEqual([told?.groups, told?.rowsOut, told?.timeline.length], [5, 5, 5]);
      // Tasks come in their order, so the last key is of the last task: it waits until the first has come.
      const last = keys.at(-1);
      const path = join(folder, 'first-has-come');
      const waiting = async ({ price }: Sales, { key }: { key: string }) => {
        const end = Date.now() + 60_000;
        while (key === last && !existsSync(path) && Date.now() < end) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        return { n: [price.length], waited: [key === last && existsSync(path)] };
      };
      const waited: boolean[] = [];
      for await (const { frame } of stream(waiting)) {
        await writeFile(path, '');
        waited.push(frame.get(0)?.waited);
      }
      assert.deepEqual(waited, [false, false, false, false, true]);
      // A loop that is left interrupts the rest.
      for await (const { key } of stream(summary)) {
        assert.equal(key, keys[0]);
        break;
      }
      const failing = (_: Sales, { key }: { key: string }) => {
        if (key === last) throw new RangeError('last');
        return { n: [1] };
      };
      const indices: number[] = [];
      let rows = 0;
      for await (const { frame } of stream(failing, {
        onError: ({ index }: GroupError) => {
          indices.push(index);
          return { n: [0, 0] };
        },
      })) {
        rows += frame.numRows;
      }
      assert.deepEqual([rows, indices], [6, [-1]]);
      await assert.rejects(
        async () => {
          for await (const _ of stream(failing));
        },
        { code: 'ERR_GROUP_FAILED', key: last },
      );
    });

    it('tell how far they are, and how they went', async () => {
      const seen: Progress[] = [];
      let told: Report | undefined;
      await applyParallel(groupby(remote(), 'category'), summary, {
        input: 'columns',
        progress: (progress) => seen.push(progress),
        report: (report) => {
          told = report;
        },
      });
      const last = seen.at(-1);
      assert.deepEqual([last?.done, last?.groups, last?.rows], [true, 5, 5000]);
      assert.ok((last?.tasksTotal ?? 0) > 0);
      assert.deepEqual([told?.groups, told?.rowsIn, told?.rowsOut, told?.timeline.length], [5, 5000, 5, 5]);
    });
  });

  describe('that fail', () => {
    const failing = ({ price }: Sales, { key }: { key: unknown }) => {
      if (key === 'soup') throw new RangeError(`no ${key}`);
      return { key: [String(key)], n: [price.length] };
    };

    it('end the call with the error of the function, its line and the key', async () => {
      const check = (index: number) => (error: GroupError) => {
        assert.equal(error.code, 'ERR_GROUP_FAILED');
        assert.deepEqual([error.key, error.index], ['soup', index]);
        assert.ok(error.cause instanceof RangeError);
        assert.match(error.message, /^group 'soup' failed: RangeError: no soup$/);
        assert.match(String(error.stack), /real\/apply\.test\.ts/);
        assert.doesNotMatch(String(error.stack), /\.mjs|java/);
        return true;
      };
      const options = { input: 'columns', backend: cluster } as const;
      await assert.rejects(applyParallel(groupby(sales, 'category'), failing, options), check(3));
      const there = groupby(remote(), 'category');
      await assert.rejects(applyParallel(there, failing, { input: 'columns' }), check(-1));
    });

    it('are left out or replaced, with their position in all groups', async () => {
      const seen: number[] = [];
      const onError = ({ key, index }: GroupError) => {
        seen.push(index);
        return { key: [`instead of ${key}`], n: [0] };
      };
      const here = groupby(sales, 'category');
      const there = groupby(remote(), 'category');
      const options = { input: 'columns', backend: cluster } as const;
      for (const skipped of [
        await applyParallel(here, failing, { ...options, onError: 'skip' }),
        await applyParallel(there, failing, { input: 'columns', onError: 'skip' }),
      ]) {
        assert.equal(skipped.numRows, 4);
      }
      for (const replaced of [
        await applyParallel(here, failing, { ...options, onError }),
        await applyParallel(there, failing, { input: 'columns', onError }),
      ]) {
        assert.equal(rowsOf(replaced)[3].key, 'instead of soup');
      }
      assert.deepEqual(seen, [3, 3]);
    });

    it('by a time limit or an exit have their own codes, and run again if that is wanted', async () => {
      const hanging = (_: Sales, { key }: { key: unknown }) => {
        if (key === 'tea') for (;;);
        if (key === 'rice') process.exit(7);
        return { n: [1] };
      };
      const codes: string[] = [];
      const out = await applyParallel(groupby(remote(), 'category'), hanging, {
        input: 'columns',
        timeout: 1000,
        retries: 1,
        onError: ({ code }) => {
          codes.push(code);
          return null;
        },
      });
      assert.equal(out.numRows, 3);
      assert.deepEqual(codes.sort(), ['ERR_GROUP_TIMEOUT', 'ERR_WORKER_EXITED']);
    });

    it('are interrupted with the call', async () => {
      const endless = () => {
        for (;;);
      };
      const signal = AbortSignal.timeout(2000);
      const calls = [
        applyParallel(groupby(remote(), 'category'), endless, { signal }),
        applyParallel(groupby(sales, 'category'), endless, { signal, backend: cluster }),
      ];
      await Promise.all(calls.map((call) => assert.rejects(call, { code: 'ERR_ABORTED' })));
      const out = await applyParallel(groupby(sales, 'category'), summary, {
        input: 'columns',
        backend: cluster,
      });
      assert.equal(out.numRows, 5);
    });
  });

  it('leaves no task running, whenever it is aborted', async () => {
    const beats = join(folder, 'beats');
    const endless = async () => {
      for (;;) {
        appendFileSync(beats, '.');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const calls = [
      (signal: AbortSignal) => applyParallel(groupby(remote(), 'category'), endless, { signal }),
      (signal: AbortSignal) =>
        applyParallel(groupby(sales, 'category'), endless, { signal, backend: cluster }),
      async (signal: AbortSignal) => {
        const results = applyParallel(groupby(remote(), 'category'), endless, {
          signal,
          returnAs: 'generatorUnordered',
        });
        for await (const _ of results);
      },
    ];
    for (let attempt = 0; attempt < ABORTS; attempt++) {
      // Short times are more frequent: most of what may go wrong is at the beginning.
      const signal = AbortSignal.timeout(Math.round(4000 * Math.random() ** 2));
      await assert.rejects(calls[attempt % calls.length](signal), { code: 'ERR_ABORTED' });
    }
    const size = () => (existsSync(beats) ? statSync(beats).size : 0);
    for (let before = -1, wait = 0; before !== size(); wait++) {
      assert.ok(wait < 30, 'a function still runs a minute after the last call was aborted');
      before = size();
      await sleep(2000);
    }
  });

  it('gives the same random numbers as here', async () => {
    const fn = (_: Sales, { random }: { random: () => number }) => ({ x: [random(), random()] });
    const options = { input: 'columns', seed: 7 } as const;
    const here = await applyParallel(groupby(sales, 'category'), fn, options);
    same(await applyParallel(groupby(remote(), 'category'), fn, options), here);
    same(await applyParallel(groupby(sales, 'category'), fn, { ...options, backend: cluster }), here);
  });

  it('runs an initializer, and says when it fails', async () => {
    const seen: string[] = [];
    const fn = () => ({ seen: [seen.join()] });
    const initializer = () => void seen.push('ready');
    const out = await applyParallel(groupby(remote(), 'category'), fn, { input: 'columns', initializer });
    assert.deepEqual([...new Set(rowsOf(out).map((row) => row.seen))], ['ready']);
    const broken = applyParallel(groupby(remote(), 'category'), fn, {
      input: 'columns',
      initializer: () => {
        throw new Error('no model');
      },
    });
    await assert.rejects(broken, { code: 'ERR_INITIALIZER_FAILED', message: /no model/ });
  });

  it('runs two calls at once, and functions with much data', async () => {
    const table = Float64Array.from({ length: 200_000 }, (_, k) => k);
    const fn = (_: Sales, { key }: { key: unknown }) => ({
      key: [String(key)],
      last: [table[table.length - 1]],
    });
    const calls = [1, 2, 3].map(() => applyParallel(groupby(remote(), 'category'), fn, { input: 'columns' }));
    for (const out of await Promise.all(calls)) assert.equal(rowsOf(out)[4].last, 199_999);
  });

  it('sends the modules that a function imports', async () => {
    const fn = (_: Sales, { key }: { key: unknown }) => ({
      // A package, a helper of this package, and a module of Node.
      type: [parse(`"${key}"`, { ecmaVersion: 2020 }).body[0].type],
      windows: [[...windows({ x: Float64Array.of(1, 2, 3) }, { rows: 2 })].length],
      name: [basename(`/a/${key}`)],
    });
    const out = await applyParallel(groupby(remote(), 'category'), fn, { input: 'columns' });
    assert.deepEqual(rowsOf(out)[4], { type: 'ExpressionStatement', windows: 2, name: 'tea' });
    const inner = async () => ({ x: [(await import('acorn')).version] });
    await assert.rejects(applyParallel(groupby(remote(), 'category'), inner), {
      code: 'ERR_UNSHIPPABLE',
      message: /import\('acorn'\) inside a function/,
    });
  });

  it('knows types of apache-arrow that a function captures', async () => {
    const lists = new List(new Field('item', new Utf8(), true));
    const fn = (_: Sales, { key }: { key: unknown }) => ({
      empty: [String(vectorFromArray([], lists).type)],
      words: vectorFromArray([[String(key)]], lists),
    });
    const out = await applyParallel(groupby(remote(), 'category'), fn, { input: 'columns' });
    assert.equal(String(out.schema.fields[1].type), 'List<Utf8>');
    const { empty, words } = rowsOf(out)[4];
    assert.deepEqual([empty, [...words]], ['List<Utf8>', ['tea']]);
  });

  it('sends the Node that runs this program, and archives', async () => {
    await writeFile(join(folder, 'weights.txt'), 'one two');
    const archive = join(folder, 'model.tar.gz');
    await promisify(execFile)('tar', ['-czf', archive, '-C', folder, 'weights.txt']);
    await using other = await spark(server.url, { node: 'archive', archives: [`${archive}#models`] });
    const fn = () => ({ path: [process.execPath], words: [readFileSync('models/weights.txt', 'utf8')] });
    const out = await applyParallel(groupby(other.sql('select 1 as k'), 'k'), fn);
    assert.match(rowsOf(out)[0].path, /apply_parallel_node_\w+\/bin\/node$/);
    assert.equal(rowsOf(out)[0].words, 'one two');
    for (const [path, message] of [
      [join(folder, 'none.zip'), /the archive '.*none\.zip' cannot be read/],
      [join(folder, 'sales.parquet'), /archives are \.tar\.gz, \.tgz or \.zip files, got/],
    ] as const) {
      await using without = await spark(server.url, { archives: [path] });
      await assert.rejects(applyParallel(groupby(without.sql('select 1 as k'), 'k'), fn), {
        code: 'ERR_INVALID_OPTION',
        message,
      });
    }
  });

  it('says which group ends the whole of Node', async () => {
    const fn = (_: Sales, { key }: { key: unknown }) => {
      if (key === 'rice') {
        process.kill(process.pid, 'SIGSEGV');
        for (;;);
      }
      return { n: [1] };
    };
    await assert.rejects(applyParallel(groupby(remote(), 'category'), fn, { input: 'columns' }), {
      code: 'ERR_WORKER_EXITED',
      message: "group 'rice': the worker ended with SIGSEGV",
    });
  });

  it('says where there is no Node', async () => {
    await using other = await spark(server.url, { node: 'no-such-node' });
    await assert.rejects(
      applyParallel(groupby(other.sql('select 1 as k'), 'k'), () => null),
      {
        code: 'ERR_CLUSTER',
        message: /there is no no-such-node on executor .*node: 'archive'/,
      },
    );
  });

  describe('refuses', () => {
    const refused = (call: () => unknown, message: RegExp) =>
      assert.rejects(
        async () => call(),
        (error: Error & { code: string }) => {
          assert.match(error.message, message);
          return true;
        },
      );

    it('what a cluster cannot mean', async () => {
      const { columns } = { columns: 'columns' } as const;
      // @ts-expect-error The compiler says so before.
      await refused(() => groupby(remote(), 'category', { sort: false }), /sort: false/);
      await refused(() => applyParallel(groupby(remote(), 'categry'), () => null), /did you mean 'category'/);
      await refused(() => transformParallel(groupby(remote(), 'category') as never, () => []), /row order/);
      await refused(
        () => applyParallel(groupby(remote(), 'category'), () => null, { orderBy: 'prise' }),
        /did you mean 'price'/,
      );
      await refused(
        () => applyParallel(groupby(sales, 'category'), () => null, { orderBy: 'price' }),
        /orderBy/,
      );
      await refused(
        () => applyParallel(groupby(remote(), 'category'), () => null, { backend: 'inline' }),
        /runs on its cluster/,
      );
      const lock = new SharedLock();
      await refused(
        () => applyParallel(groupby(remote(), 'category'), () => [{ x: String(lock) }], { input: columns }),
        /SharedLock/,
      );
      await refused(
        () => applyParallel(groupby(remote(), 'category'), (_, { index }) => ({ index: [index] })),
        /context\.index is not known/,
      );
    });
  });
});
