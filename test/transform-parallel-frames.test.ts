// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { Int32, Table, tableFromArrays, type Vector, vectorFromArray } from 'apache-arrow';
import {
  type ApplyError,
  groupby,
  Memory,
  parallelConfig,
  type Report,
  shutdown,
  transformParallel,
} from 'apply-parallel';
import 'apply-parallel/danfo';
import { DataFrame } from 'danfojs-node';
import { buffersOf } from './support/cells.js';
import { failure } from './support/failure.js';
import { values } from './support/meaning.js';

after(() => shutdown());

const frame = () => ({
  shop: ['a', 'b', 'a', null, 'b'],
  price: Float64Array.of(1, 5, 3, 9, 2),
  n: Int32Array.of(1, 2, 3, 4, 5),
});
type Group = { shop: Vector; price: Float64Array; n: Int32Array };

describe('transformParallel', () => {
  it('does not move columns that come back untouched', async () => {
    const table = tableFromArrays({
      k: Int32Array.of(2, 1, 2),
      x: Float64Array.of(1, 2, 3),
      s: ['p', 'q', 'r'],
    });
    const fn = (g: Record<string, unknown>) => ({ s: g.s, x: g.x, other: g.x });
    const out = await transformParallel(groupby(table, 'k'), fn, { input: 'columns', output: 'arrow' });
    const result = out as unknown as Table;
    const own = buffersOf(table);
    for (const buffer of buffersOf(result)) assert.ok(own.has(buffer));
    assert.deepEqual(values(result, 'other'), [1, 2, 3]);
    // With rows in no group, only the bitmaps are new.
    const some = await transformParallel(groupby(table, [2, null, 2]), fn, {
      input: 'columns',
      output: 'arrow',
    });
    assert.equal(
      (some.getChild('x') as unknown as Vector).data[0].values,
      table.getChild('x')?.data[0].values,
    );
    assert.deepEqual(values(some as unknown as Table, 'x'), [1, null, 3]);
  });

  it('keeps the batches of the frame for them', async () => {
    const part = (k: number[]) =>
      new Table({ k: vectorFromArray(k, new Int32()), s: vectorFromArray(k.map(String)) });
    const table = part([3, 1]).concat(part([2]), part([1, 3, 3]));
    const out = await transformParallel(groupby(table, 'k'), (g: Table) => {
      const k = g.getChild('k') as Vector;
      return { s: g.getChild('s'), k, n: Array.from(k, (_, i) => i) };
    });
    assert.deepEqual(
      out.batches.map(({ numRows }) => numRows),
      [2, 1, 3],
    );
    assert.deepEqual(values(out as unknown as Table, 's'), ['3', '1', '2', '1', '3', '3']);
    assert.deepEqual(values(out as unknown as Table, 'n'), [0, 0, 0, 1, 1, 2]);
  });

  it('keeps the labels of a DataFrame', async () => {
    const df = new DataFrame({ k: ['b', 'a', 'b'], x: [1, 2, 3] }, { index: ['p', 'q', 'r'] });
    const fn = (g: DataFrame) => g.addColumn('y', g.x.mul(2)) as DataFrame;
    for (const grouped of [groupby(df, 'k'), df.groupby('k')]) {
      const out = await transformParallel(grouped, fn);
      assert.deepEqual(out.index, ['p', 'q', 'r']);
      assert.deepEqual(out.values, [
        ['b', 1, 2],
        ['a', 2, 4],
        ['b', 3, 6],
      ]);
    }
    assert.deepEqual(df.index, ['p', 'q', 'r']);
  });

  it('splits and runs many rows in workers', async () => {
    const n = 1_100_000;
    const k = Int32Array.from({ length: n }, (_, i) => (i * 7919) % 1000);
    const x = Float64Array.from({ length: n }, (_, i) => i);
    // The first call starts the workers, the second has them split.
    for (let call = 0; call < 2; call++) {
      const out = await transformParallel(groupby({ k, x }, 'k'), (g) => ({ ...g, y: g.x.map((v) => -v) }), {
        nJobs: 2,
      });
      assert.deepEqual(out.x, x);
      assert.deepEqual(
        out.y,
        x.map((v) => -v),
      );
      assert.deepEqual(out.k, k);
    }
  });

  it('reports, shows progress and is reproducible', async () => {
    let report: Report | undefined;
    const progress: number[] = [];
    const draw = (g: Group, { random }: { random: () => number }) => ({ r: g.n.map(() => random() * 1e6) });
    const run = () =>
      transformParallel(groupby(frame(), 'shop'), draw, {
        seed: 5,
        report: (given) => {
          report = given;
        },
        progress: ({ groups }) => progress.push(groups),
      });
    assert.deepEqual(await run(), await run());
    assert.equal(report?.rowsOut, 4);
    assert.equal(progress.at(-1), 2);
  });

  it('caches results, apart from those of applyParallel', async () => {
    const location = await mkdtemp(join(tmpdir(), 'transform-'));
    try {
      const cache = new Memory({ location, verbose: 0 });
      const fn = (g: Group) => ({ ...g, twice: g.price.map((price) => 2 * price) });
      const cached: (number | undefined)[] = [];
      const run = () =>
        transformParallel(groupby(frame(), 'shop'), fn, {
          cache,
          report: (given) => cached.push(given.cached),
        });
      const first = await run();
      assert.deepEqual([...(await run()).twice], [...first.twice]);
      assert.deepEqual(cached, [0, 2]);
    } finally {
      await rm(location, { recursive: true });
    }
  });

  it('times out, aborts and survives workers that exit', async () => {
    const grouped = groupby(frame(), 'shop');
    const hang = transformParallel(grouped, () => new Promise<null>(() => {}), { timeout: 50 });
    assert.equal((await failure(hang)).code, 'ERR_GROUP_TIMEOUT');
    const signal = AbortSignal.abort();
    assert.equal((await failure(transformParallel(grouped, (g) => g, { signal }))).code, 'ERR_ABORTED');
    const exit = (g: Group, { key }: { key: unknown }) => {
      if (key === 'a') process.exit();
      return g;
    };
    const out = await transformParallel(grouped, exit, { onError: 'skip', nJobs: 2 });
    assert.deepEqual([...out.n], [NaN, 2, NaN, NaN, 5]);
  });

  it('refuses what it cannot do, and says why', async () => {
    const refused = async (grouped: unknown, fn: unknown, options: unknown, message: RegExp) => {
      const error = await failure(transformParallel(grouped as never, fn as never, options as never));
      assert.match(error.message, message);
    };
    const grouped = groupby(frame(), 'shop');
    const fn = (g: unknown) => g;
    await refused(
      grouped,
      fn,
      { returnAs: 'generator' },
      /^transformParallel has no option 'returnAs': the rows are in/,
    );
    await refused(grouped, fn, { groupKeys: true }, /^transformParallel has no option 'groupKeys': /);
    await refused(
      grouped,
      fn,
      { njobs: 1 },
      /^transformParallel has no option 'njobs'; did you mean 'nJobs'\?/,
    );
    await refused(grouped, fn, 2, /^transformParallel: options must be an object, got 2/);
    await refused(grouped, 5, {}, /^transformParallel: fn must be a function, got 5/);
    await refused(
      frame(),
      fn,
      {},
      /^transformParallel got a frame that is not grouped; write transformParallel\(groupby/,
    );
    await refused(5, fn, {}, /^transformParallel expected groupby\(frame, key\)/);
    assert.equal(
      ((await failure(transformParallel(null as never, fn as never))) as ApplyError).code,
      'ERR_NOT_A_FRAME',
    );
  });

  it('takes defaults from parallelConfig', async () => {
    const threads = await parallelConfig({ nJobs: 1 }, () =>
      transformParallel(groupby(frame(), 'n'), async (g: Group) => {
        const { isMainThread } = await import('node:worker_threads');
        return { main: g.n.map(() => Number(isMainThread)) };
      }),
    );
    assert.deepEqual([...threads.main], [1, 1, 1, 1, 1]);
  });
});
