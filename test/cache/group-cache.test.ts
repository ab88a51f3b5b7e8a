// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Table, tableFromArrays, vectorFromArray } from 'apache-arrow';
import { applyParallel, groupby, Memory, type Progress, type Report } from 'apply-parallel';
import * as danfo from 'danfojs-node';
import { assertTablesEqual } from '../support/table-equal.js';
import { type Fn, packs, plain, run, type Shop, sales, share } from './support/cached-groups.js';
import { memory as cache, location } from './support/fresh-memory.js';

for (const nJobs of [1, 2]) {
  describe(`applyParallel with a cache, ${nJobs} jobs`, () => {
    it('computes nothing again when nothing has changed', async () => {
      const expected = await plain(sales(40), share as Fn);
      const first = await run(sales(40), share as Fn, { nJobs });
      assert.equal(first.cached, 0);
      const second = await run(sales(40), share as Fn, { nJobs });
      assert.equal(second.cached, 40);
      assertTablesEqual(first.out, expected);
      assertTablesEqual(second.out, expected);
      assert.equal(packs().length, 1);
    });

    it('computes only the group that was edited', async () => {
      await run(sales(40), share as Fn, { nJobs });
      const edited = sales(40, { row: 11, x: 500 });
      const { out, cached } = await run(edited, share as Fn, { nJobs });
      assert.equal(cached, 39);
      assertTablesEqual(out, await plain(edited, share as Fn));
      assert.equal((await run(edited, share as Fn, { nJobs })).cached, 40);
      assert.equal((await run(sales(40), share as Fn, { nJobs })).cached, 40);
    });

    it('knows groups again among others', async () => {
      await run(sales(10), share as Fn, { nJobs });
      const more = sales(10).concat(
        new Table({
          shop: vectorFromArray(['a new shop', 'shop 3.5']),
          x: vectorFromArray(Float64Array.of(1, 2)),
          note: vectorFromArray(['n', null]),
        }),
      );
      const { out, cached } = await run(more, share as Fn, { nJobs });
      assert.equal(cached, 10);
      assertTablesEqual(out, await plain(more, share as Fn));
    });

    it('computes all again when the function, or what it uses, has changed', async () => {
      const scaled = (rate: number) => (g: Shop) => ({ y: g.x.map((x) => x * rate) });
      await run(sales(5), scaled(2) as Fn, { nJobs });
      const { out, cached } = await run(sales(5), scaled(3) as Fn, { nJobs });
      assert.equal(cached, 0);
      assertTablesEqual(out, await plain(sales(5), scaled(3) as Fn));
      assert.equal((await run(sales(5), scaled(2) as Fn, { nJobs })).cached, 5);
    });

    it('keeps empty results', async () => {
      const odd = (g: Shop) => (Number(g.shop.get(0).slice(5)) % 2 ? { n: [g.x.length] } : null);
      const first = await run(sales(9), odd as Fn, { nJobs });
      const second = await run(sales(9), odd as Fn, { nJobs });
      assert.equal(second.cached, 9);
      assertTablesEqual(second.out, first.out);
      const none = (g: Shop) => ({ ...g, x: g.x.subarray(0, 0), shop: [], note: [] });
      const [a, b] = [await run(sales(3), none as Fn, { nJobs }), await run(sales(3), none as Fn, { nJobs })];
      assert.equal(b.cached, 3);
      assert.equal(String(b.out.schema), String(a.out.schema));
      assert.equal(b.out.numRows, 0);
    });

    it('keeps what a function made of its group in place', async () => {
      const inPlace = (g: Shop) => {
        g.x.fill(g.x[0]);
        return g;
      };
      const expected = await plain(sales(12), inPlace as Fn);
      await run(sales(12), inPlace as Fn, { nJobs });
      const { out, cached } = await run(sales(12), inPlace as Fn, { nJobs });
      assert.equal(cached, 12);
      assertTablesEqual(out, expected);
    });

    it('does not keep what failed, or what stands for it', async () => {
      const fails = (g: Shop) => {
        if (g.shop.get(0) === 'shop 2') throw new Error('no');
        return { n: [g.x.length] };
      };
      const options = { nJobs, onError: () => ({ n: [-1] }) };
      const first = await run(sales(4), fails as Fn, options);
      const second = await run(sales(4), fails as Fn, options);
      assert.equal(second.cached, 3);
      assertTablesEqual(second.out, first.out);
      await assert.rejects(run(sales(4), fails as Fn, { nJobs }), { code: 'ERR_GROUP_FAILED' });
    });

    it('does not keep what depends on more than the group', async () => {
      const byIndex = (_: Shop, { index }: { index: number }) => ({ index: [index] });
      await run(sales(4), byIndex as Fn, { nJobs });
      assert.equal((await run(sales(4), byIndex as Fn, { nJobs })).cached, 0);
      const byKey = (_: Shop, { key }: { key: string }) => ({ key: [key] });
      await run(sales(4), byKey as Fn, { nJobs });
      assert.equal((await run(sales(4), byKey as Fn, { nJobs })).cached, 4);
      const random = (_: Shop, context: { random: () => number }) => ({ r: [context.random()] });
      await run(sales(4), random as Fn, { nJobs });
      assert.equal((await run(sales(4), random as Fn, { nJobs })).cached, 0);
      const seeded = await run(sales(4), random as Fn, { nJobs, seed: 1 });
      const again = await run(sales(4), random as Fn, { nJobs, seed: 1 });
      assert.equal(again.cached, 4);
      assertTablesEqual(again.out, seeded.out);
      assert.equal((await run(sales(4), random as Fn, { nJobs, seed: 2 })).cached, 0);
    });

    it('gives generators what is known, in order', async () => {
      const collect = async () => {
        const keys: unknown[] = [];
        const rows: number[] = [];
        const results = applyParallel(groupby(sales(20), 'shop'), share as never, {
          input: 'columns',
          cache,
          nJobs,
          returnAs: 'generator',
        });
        for await (const { key, frame } of results) {
          keys.push(key);
          rows.push((frame as unknown as Table).numRows);
        }
        return { keys, rows };
      };
      const first = await collect();
      assert.equal(first.keys.length, 20);
      assert.deepEqual(await collect(), first);
      assert.equal((await run(sales(20), share as Fn, { nJobs })).cached, 20);
    });
  });
}

describe('the cache of groups', () => {
  it('can be used by a function in a worker itself, and is no part of what that function is', async () => {
    const memory = cache;
    const triple = (x: number) => x * 3;
    const viaMemory = async (g: Shop) => ({ y: [await memory.eval(triple, g.x[0])] });
    const first = await run(sales(4), viaMemory as Fn, { nJobs: 2 });
    assert.equal(await memory.cache(triple).checkCallInCache(Number(sales(4).getChild('x')?.get(1))), true);
    assert.equal((await run(sales(4), viaMemory as Fn, { nJobs: 2 })).cached, 4);
    assert.deepEqual([...(first.out.getChild('y') ?? [])], [0, 1, 2, 3]);
  });

  it('works for all kinds of frames, and for iterables of several tables', async () => {
    const frame = new danfo.DataFrame({ k: ['a', 'b', 'a'], x: [1, 2, 3] });
    const demean = (g: danfo.DataFrame) => g.head(1);
    const results: unknown[] = [];
    for (let i = 0; i < 2; i++) {
      const out = await applyParallel(groupby(frame, 'k'), demean as never, { cache, nJobs: 1 });
      results.push((out as unknown as danfo.DataFrame).values);
    }
    assert.deepEqual(results[1], results[0]);
    const parts = () => [
      ['p', tableFromArrays({ x: Float64Array.of(1, 2) })] as const,
      ['q', tableFromArrays({ y: Int32Array.of(3) })] as const,
    ];
    let cached = -1;
    const outs: Table[] = [];
    for (let i = 0; i < 2; i++) {
      const report = (r: Report) => {
        cached = r.cached;
      };
      outs.push(
        (await applyParallel(parts() as never, ((g: Table) => g) as never, {
          cache,
          report,
          nJobs: 1,
        })) as Table,
      );
    }
    assert.equal(cached, 2);
    assertTablesEqual(outs[1], outs[0]);
  });

  it('finds what calls have stored that began at once on a new location', async () => {
    const months = Array.from({ length: 6 }, (_, month) => sales(2, { row: 0, x: -month }, 600));
    const all = () => Promise.all(months.map((table) => run(table, share as Fn, { nJobs: 2 })));
    await all();
    assert.deepEqual(
      (await all()).map(({ cached }) => cached),
      [2, 2, 2, 2, 2, 2],
    );
  });

  it('tells of groups that were all known as of groups that were run', async () => {
    await run(sales(5), share as Fn, { nJobs: 1 });
    const seen: Progress[] = [];
    let report: Report | undefined;
    await run(sales(5), share as Fn, {
      nJobs: 1,
      progress: (progress) => seen.push(progress),
      report: (made) => {
        report = made;
      },
    });
    const last = seen.at(-1);
    assert.deepEqual([last?.groups, last?.rows, last?.done], [5, 35, true]);
    assert.equal(report?.cached, 5);
    assert.match(String(report), /5 groups, 5 from the cache/);
    for (const { start, time, rowsOut } of report?.timeline ?? []) {
      assert.ok(start >= 0 && start <= (report?.elapsedMs ?? 0));
      assert.deepEqual([time, rowsOut], [0, 7]);
    }
  });

  it('keeps nothing of a group that failed when it was run again', async () => {
    // 'b' ends the worker when 'a' has come to its end; 'a' is run again, and fails then.
    const table = new Table({
      shop: vectorFromArray(['a', 'b']),
      x: vectorFromArray(Float64Array.of(1, 2)),
      note: vectorFromArray(['', '']),
    });
    // What is in a file does not count as something the function uses.
    const runs = join(location, 'runs');
    const failsLater = async (g: Shop) => {
      const { readFileSync, writeFileSync } = await import('node:fs');
      const before = Number(readFileSync(runs, 'utf8'));
      if (g.shop.get(0) === 'b') {
        if (before === 1) process.exit(1);
        return { y: [100] };
      }
      writeFileSync(runs, String(before + 1));
      if (before === 1) throw new Error('the database is away');
      return { y: [before] };
    };
    const errors: unknown[] = [];
    const onError = ({ code }: { code: string }) => void errors.push(code);
    const options = { nJobs: 2, batchSize: 2, onError } as never;
    writeFileSync(runs, '0');
    await run(table, failsLater as Fn, options);
    assert.deepEqual(errors, ['ERR_WORKER_EXITED', 'ERR_GROUP_FAILED']);
    writeFileSync(runs, '5');
    const { out, cached } = await run(table, failsLater as Fn, options);
    assert.equal(cached, 0);
    assert.deepEqual([...(out.getChild('y') ?? [])], [5, 100]);
  });

  for (const nJobs of [1, 2]) {
    it(`keeps results as they were handed out, whatever becomes of them, ${nJobs} jobs`, async () => {
      const inPlace = (g: Shop) => {
        g.x[0] = 5;
        return { x: g.x, y: g.x.map((x) => x * 10) };
      };
      const expected = await plain(sales(3), inPlace as Fn);
      for (let round = 0; round < 2; round++) {
        const results = applyParallel(groupby(sales(3), 'shop'), inPlace as never, {
          input: 'columns',
          output: 'columns',
          cache,
          nJobs,
          returnAs: 'generator',
        });
        for await (const { frame } of results) {
          for (const column of Object.values(frame)) (column as Float64Array).fill(-1);
        }
      }
      const { out, cached } = await run(sales(3), inPlace as Fn, { nJobs });
      assert.equal(cached, 3);
      assertTablesEqual(out, expected);
    });
  }

  it('gives an empty result the columns it has without a cache', async () => {
    const empties = (_: Shop, { key }: { key: string }) =>
      key === 'shop 0' ? { y: new Int8Array(0) } : null;
    const schemaOf = async (table: Table) =>
      String((await run(table, empties as Fn, { nJobs: 1 })).out.schema);
    const both = await schemaOf(sales(2));
    const other = await schemaOf(sales(2).slice(1, 2));
    assert.equal(await schemaOf(sales(2)), both);
    await cache.clear();
    assert.equal(await schemaOf(sales(2).slice(1, 2)), other);
    assert.notEqual(other, both);
  });

  it('runs what is left in the event loop, too', async () => {
    const edited = sales(9, { row: 4, x: 500 });
    const later = async (g: Shop) => share(g);
    await run(sales(9), later as Fn, { backend: 'async' });
    const { out, cached } = await run(edited, later as Fn, { backend: 'async' });
    assert.equal(cached, 8);
    assertTablesEqual(out, await plain(edited, share as Fn));
  });

  it('has all workers run what is left, where most is known', async () => {
    const many = (edited: number) => {
      const k = Int32Array.from({ length: 4000 }, (_, i) => i);
      return groupby({ k, x: k.map((i) => (i >= 4000 - edited ? -i : i)) }, 'k');
    };
    const slow = (g: { x: Int32Array }) => {
      if (g.x[0] < 0) for (const end = performance.now() + 3; performance.now() < end; );
      return { y: [g.x[0]] };
    };
    let report: Report | undefined;
    const call = (edited: number) =>
      applyParallel(many(edited), slow, {
        cache,
        nJobs: 2,
        report: (made) => {
          report = made;
        },
      });
    await call(0);
    await call(60);
    assert.equal(report?.cached, 3940);
    const workers = new Set(report?.timeline.slice(-60).map(({ worker }) => worker));
    assert.deepEqual([...workers].sort(), [0, 1]);
  });

  it('stores nothing of a call that was aborted', async () => {
    for (let ms = 0; ms < 40; ms += 4) {
      const signal = AbortSignal.timeout(ms);
      await run(sales(400), share as Fn, { nJobs: 2, signal }).catch(({ code }) =>
        assert.equal(code, 'ERR_ABORTED'),
      );
    }
    const { out } = await run(sales(400), share as Fn, { nJobs: 2 });
    assertTablesEqual(out, await plain(sales(400), share as Fn));
  });

  it('does nothing for a memory without a location, and refuses what is no memory', async () => {
    const none = new Memory({ location: null });
    assert.equal((await run(sales(3), share as Fn, { nJobs: 1, cache: none })).cached, 0);
    await assert.rejects(run(sales(3), share as Fn, { cache: location as never }), {
      code: 'ERR_INVALID_OPTION',
      message: /cache must be a Memory/,
    });
  });

  it('is cleared and reduced with the memory', async () => {
    await run(sales(6), share as Fn, { nJobs: 1 });
    await cache.reduceSize({ itemsLimit: 0 });
    assert.equal((await run(sales(6), share as Fn, { nJobs: 1 })).cached, 0);
    await cache.clear();
    assert.deepEqual(packs(), []);
  });
});
