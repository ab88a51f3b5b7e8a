// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import {
  Field,
  Float64,
  Int32,
  Schema,
  Table,
  tableFromArrays,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import {
  type ApplyError,
  type GroupError,
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
const total = (prices: Float64Array) => prices.reduce((sum, price) => sum + price, 0);
const ways = [{ nJobs: 2 }, { nJobs: 1 }, { backend: 'async' as const }];

for (const way of ways) {
  describe(`transformParallel with ${JSON.stringify(way)}`, () => {
    it('returns the rows in the order of the frame, with null for those without a key', async () => {
      const out = await transformParallel(
        groupby(frame(), 'shop'),
        (g: Group) => ({ ...g, share: g.price.map((price) => price / total(g.price)) }),
        way,
      );
      assert.deepEqual([...out.shop], ['a', 'b', 'a', null, 'b']);
      assert.deepEqual([...out.price], [1, 5, 3, NaN, 2]);
      assert.deepEqual([...out.n], [1, 2, 3, NaN, 5]);
      assert.deepEqual([...out.share], [0.25, 5 / 7, 0.75, NaN, 2 / 7]);
    });

    it('makes them a group with dropna: false', async () => {
      const grouped = groupby(frame(), 'shop', { dropna: false });
      const out = await transformParallel(
        grouped,
        (g: Group) => ({ n: g.n, mean: g.price.map(() => total(g.price)) }),
        way,
      );
      assert.deepEqual(out, { n: frame().n, mean: Float64Array.of(4, 7, 4, 9, 7) });
    });

    it('sees what a function writes to its group, and leaves the frame alone', async () => {
      const given = frame();
      const out = await transformParallel(
        groupby(given, 'n'),
        (g: Group) => {
          if (g.n[0] !== 4) g.price.fill(7);
          return { price: g.price };
        },
        way,
      );
      assert.deepEqual(out, { price: Float64Array.of(7, 7, 7, 9, 7) });
      assert.deepEqual(given, frame());
    });

    it('sees what a function writes to an Arrow table', async () => {
      const given = tableFromArrays({
        k: Int32Array.of(2, 1, 2),
        word: ['x', 'y', 'z'],
        b: [true, false, true],
      });
      const out = await transformParallel(
        groupby(given, 'k'),
        (g: Table) => {
          (g.getChild('k') as Vector).set(0, 9);
          (g.getChild('b') as Vector).set(0, false);
          return g;
        },
        way,
      );
      assert.deepEqual(values(out as Table, 'k'), [9, 9, 2]);
      assert.deepEqual(values(out as Table, 'b'), [false, false, true]);
      assert.deepEqual(values(given, 'k'), [2, 1, 2]);
      assert.deepEqual(values(given, 'b'), [true, false, true]);
    });

    for (const [name, result, got] of [
      [
        'too few rows',
        () => ({ x: [1] }),
        '1 row; the group has 2 rows, and the result must have as many; to give',
      ],
      [
        'too many rows',
        () => ({ x: [1, 2, 3] }),
        '3 rows; the group has 2 rows, and the result must have as many',
      ],
      ['no rows', () => ({ x: [] }), '0 rows; the group has 2 rows'],
      ['one row object', () => ({ x: 1 }), '1 row; the group has 2 rows'],
      ['nothing', () => null, 'nothing; the group has 2 rows'],
    ] as const) {
      it(`refuses ${name}, and names the group and both numbers`, async () => {
        const error = (await failure(
          transformParallel(
            groupby(frame(), 'shop'),
            (_, { key }) => (key === 'b' ? result() : { x: [1, 2] }),
            way,
          ),
        )) as unknown as GroupError;
        assert.equal(error.code, 'ERR_BAD_RESULT');
        assert.equal(error.key, 'b');
        assert.ok(error.message.startsWith(`group 'b': the function returned ${got}`), error.message);
        assert.match(String(error.stack), /transform-parallel\.test\.ts/);
      });
    }

    it('refuses a wrong number of rows also where the result looks like those before', async () => {
      const k = Int32Array.from({ length: 400 }, (_, i) => i % 200);
      const run = transformParallel(
        groupby({ k }, 'k'),
        (_, { index }) => ({ x: new Float64Array(index === 150 ? 3 : 2) }),
        way,
      );
      const error = (await failure(run)) as unknown as GroupError;
      assert.equal(error.index, 150);
      assert.match(error.message, /^group 150: the function returned 3 rows; the group has 2 rows/);
    });

    it("has null rows for groups that onError: 'skip' leaves out, in columns handed back too", async () => {
      const fn = (g: Group, { key }: { key: unknown }) => {
        if (key === 'a') throw new RangeError('no');
        return { ...g, twice: g.n.map((n) => 2 * n) };
      };
      const out = await transformParallel(groupby(frame(), 'shop'), fn, { ...way, onError: 'skip' });
      assert.deepEqual([...out.n], [NaN, 2, NaN, NaN, 5]);
      assert.deepEqual([...out.twice], [NaN, 4, NaN, NaN, 10]);
      assert.deepEqual([...out.shop], [null, 'b', null, null, 'b']);
    });

    it('takes replacements of failed groups, of as many rows', async () => {
      const fn = (g: Group, { key }: { key: unknown }) => {
        if (key === 'a') throw new RangeError('no');
        return { n: g.n };
      };
      const grouped = groupby(frame(), 'shop');
      const out = await transformParallel(grouped, fn, { ...way, onError: () => ({ n: [-1, -2] }) });
      assert.deepEqual([...out.n], [-1, 2, -2, NaN, 5]);
      const error = await failure(transformParallel(grouped, fn, { ...way, onError: () => ({ n: [-1] }) }));
      assert.match(error.message, /^group 'a': onError returned 1 row; the group has 2 rows/);
      assert.ok(error.cause instanceof RangeError);
    });

    it('has the columns of the frame, all null, where no group has a result', async () => {
      const fn = () => {
        throw new RangeError('no');
      };
      const out = await transformParallel(groupby(frame(), 'shop'), fn, {
        ...way,
        onError: 'skip',
        output: 'arrow',
      });
      assert.deepEqual(
        out.schema.fields.map(({ name }) => name),
        ['shop', 'price', 'n'],
      );
      assert.equal(out.numRows, 5);
      assert.equal(out.getChild('n')?.nullCount, 5);
      const keyless = groupby({ k: [null, null], x: [1, 2] }, 'k');
      assert.deepEqual([...(await transformParallel(keyless, (g) => g, way)).x], [NaN, NaN]);
    });

    it('keeps to a declared schema', async () => {
      const schema = new Schema([new Field('n', new Float64(), true), new Field('word', new Utf8(), true)]);
      const options = { ...way, schema, output: 'arrow' as const };
      const table = await transformParallel(groupby(frame(), 'shop'), (g: Group) => ({ n: g.n }), options);
      assert.deepEqual(
        table.schema.fields.map(({ name, type }) => `${name}: ${type}`),
        ['n: Float64', 'word: Utf8'],
      );
      assert.deepEqual(values(table as unknown as Table, 'n'), [1, 2, 3, null, 5]);
      const wrong = transformParallel(groupby(frame(), 'shop'), () => ({ n: ['x', 'y'] }), options);
      assert.equal((await failure(wrong)).code, 'ERR_SCHEMA_MISMATCH');
    });

    it('joins the columns of different groups by name', async () => {
      const grouped = groupby({ k: [2, 1, 2], x: Int32Array.of(1, 2, 3) }, 'k');
      const out = await transformParallel(
        grouped,
        (g, { key }) =>
          key === 1 ? { x: g.x, a: [1.5] } : { x: ['u', 'v'].map((_, i) => i), b: ['p', 'q'] },
        way,
      );
      assert.deepEqual(
        Object.fromEntries(
          Object.entries(out).map(([name, column]) => [name, [...(column as Iterable<unknown>)]]),
        ),
        { x: [0, 2, 1], a: [NaN, 1.5, NaN], b: ['p', null, 'q'] },
      );
    });

    it('takes an empty frame, and empty groups', async () => {
      const none = await transformParallel(
        groupby({ k: new Int32Array(0), x: new Float64Array(0) }, 'k'),
        (g) => g,
        way,
      );
      assert.deepEqual(none, { k: new Int32Array(0), x: new Float64Array(0) });
    });

    it('joins the frames of an iterable one after the other', async () => {
      const frames = [[{ x: 3 }, { x: 1 }], [{ x: 2 }]];
      const out = await transformParallel(frames, (g) => g.map((row, i) => ({ ...row, i })), way);
      assert.deepEqual(out, [
        { x: 3, i: 0 },
        { x: 1, i: 1 },
        { x: 2, i: 0 },
      ]);
    });
  });
}

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
