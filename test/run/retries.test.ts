// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  applyParallel,
  CallError,
  type Column,
  delayed,
  GroupError,
  groupby,
  Memory,
  Parallel,
  parmap,
  type Report,
  shareArray,
} from 'apply-parallel';

const KEYS = ['a', 'b', 'c', 'd'];
const frame = { k: KEYS.flatMap((key) => [key, key]), x: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8) };
const grouped = groupby(frame, 'k');
type Group = { k: Column; x: Float64Array };

const HOSTS = [
  { name: 'threads', options: { nJobs: 2 } },
  { name: 'this thread', options: { backend: 'inline' } },
  { name: 'the event loop', options: { backend: 'async', nJobs: 2 } },
] as const;

for (const { name, options } of HOSTS) {
  describe(`retries in ${name}`, () => {
    it('run a failing group again, on the rows as they were, until it succeeds', async () => {
      const runs = shareArray(new Int32Array(KEYS.length));
      let report: Report | undefined;
      const progress: [number, number][] = [];
      const out = await applyParallel(
        grouped,
        (g: Group, { index }) => {
          g.x[0] += 100;
          const attempt = Atomics.add(runs, index, 1) + 1;
          if (index === 1 && attempt < 3) throw new TypeError(`attempt ${attempt} of b`);
          if (index === 2 && attempt < 2) throw new Error('c');
          return { k: [g.k.length > 0 ? index : -1], sum: [g.x[0] + g.x[1]] };
        },
        {
          ...options,
          input: 'columns',
          retries: 2,
          report: (r) => {
            report = r;
          },
          progress: ({ groups, rows }) => progress.push([groups, rows]),
        },
      );
      assert.deepEqual([...(out.sum as Iterable<number>)], [103, 107, 111, 115]);
      assert.deepEqual([...runs], [1, 3, 2, 1]);
      assert.deepEqual(progress.at(-1), [4, 8]);
      assert.ok(progress.every(([groups, rows]) => groups >= 0 && groups <= 4 && rows >= 0 && rows <= 8));
      const retried = [...(report?.retried ?? [])].sort((a, b) => a.index - b.index || a.attempt - b.attempt);
      assert.deepEqual(
        retried.map(({ key, index, attempt, error }) => [key, index, attempt, error.message]),
        [
          ['b', 1, 1, "group 'b' failed: TypeError: attempt 1 of b"],
          ['b', 1, 2, "group 'b' (attempt 2) failed: TypeError: attempt 2 of b"],
          ['c', 2, 1, "group 'c' failed: Error: c"],
        ],
      );
      for (const { error, start, time } of retried) {
        assert.ok(error instanceof GroupError);
        assert.match(String(error.stack), /retries\.test\.ts/);
        assert.ok(start >= 0 && time >= 0);
      }
      assert.deepEqual(
        report?.timeline.map(({ attempts, failed }) => [attempts, failed]),
        [
          [1, false],
          [3, false],
          [2, false],
          [1, false],
        ],
      );
      assert.deepEqual(report?.failed, []);
      assert.match(String(report), /run again: 2 groups, 3 failed attempts/);
      assert.match(String(report?.toSVG()), /failed/);
    });

    it('throw the last error when no attempt is left', async () => {
      const runs = shareArray(new Int32Array(1));
      const call = applyParallel(
        grouped,
        (_g, { key }) => {
          if (key === 'c') throw new RangeError(`run ${Atomics.add(runs, 0, 1) + 1}`);
          return null;
        },
        { ...options, retries: 2 },
      );
      await assert.rejects(call, (error: unknown) => {
        assert.ok(error instanceof GroupError);
        assert.equal(error.code, 'ERR_GROUP_FAILED');
        assert.equal(error.message, "group 'c' (attempt 3) failed: RangeError: run 3");
        assert.equal((error.cause as Error).message, 'run 3');
        assert.equal(error.key, 'c');
        return true;
      });
      assert.equal(runs[0], 3);
    });

    it('come before onError, which hears of each group once', async () => {
      const errors: string[] = [];
      const out = await applyParallel(
        grouped,
        (g: Group, { key }) => {
          if (key === 'a' || key === 'd') throw new Error('always');
          return { k: g.k };
        },
        {
          ...options,
          input: 'columns',
          retries: 1,
          onError: (error) => {
            errors.push(error.message);
            return { k: [`no ${error.key}`] };
          },
        },
      );
      assert.deepEqual(errors.sort(), [
        "group 'a' (attempt 2) failed: Error: always",
        "group 'd' (attempt 2) failed: Error: always",
      ]);
      assert.deepEqual([...(out.k as Iterable<string>)], ['no a', 'b', 'b', 'c', 'c', 'no d']);
    });

    it('are for results that are no frames too, and wait before each attempt', async () => {
      const runs = shareArray(new Int32Array(1));
      const started = performance.now();
      const out = await applyParallel(
        grouped,
        (_g, { key }) => {
          if (key === 'b' && Atomics.add(runs, 0, 1) < 2) return 'no frame' as unknown as null;
          return { k: [String(key)] };
        },
        { ...options, input: 'columns', retries: { count: 2, delay: 60 } },
      );
      assert.deepEqual([...(out.k as Iterable<string>)], KEYS);
      assert.equal(runs[0], 3);
      assert.ok(performance.now() - started >= 115);
    });

    it('keep the order of a generator, and end with its loop', async () => {
      const runs = shareArray(new Int32Array(1000));
      const many = groupby({ k: Int32Array.from({ length: 1000 }, (_, i) => i) }, 'k');
      const fn = (g: { k: Int32Array }, { index }: { index: number }) => {
        if (index % 7 === 0 && Atomics.add(runs, index, 1) === 0) throw new Error('once');
        return g;
      };
      const got: number[] = [];
      for await (const { index, frame } of applyParallel(many, fn, {
        ...options,
        retries: 1,
        returnAs: 'generator',
      })) {
        assert.deepEqual([...frame.k], [index]);
        got.push(index);
      }
      assert.deepEqual(
        got,
        Array.from({ length: 1000 }, (_, i) => i),
      );
      const endless = applyParallel(
        many,
        (g: { k: Int32Array }, { index }) => {
          if (index > 0) throw new Error('always');
          return g;
        },
        { ...options, retries: { count: 1_000_000, delay: 10 }, returnAs: 'generatorUnordered' },
      );
      for await (const { index } of endless) {
        assert.equal(index, 0);
        break;
      }
    });

    it('stop when the call is aborted while it waits for the next attempt', async () => {
      const abort = new AbortController();
      const runs = shareArray(new Int32Array(1));
      const call = applyParallel(
        grouped,
        () => {
          Atomics.add(runs, 0, 1);
          throw new Error('always');
        },
        { ...options, retries: { count: 3, delay: 1e9 }, signal: abort.signal },
      );
      while (runs[0] < 1) await sleep(5);
      setTimeout(() => abort.abort(), 50);
      await assert.rejects(call, { code: 'ERR_ABORTED' });
    });

    it('store the result of the attempt that succeeds in the cache', async () => {
      const cache = new Memory({ location: await mkdtemp(join(tmpdir(), 'apply-parallel-retries-')) });
      const runs = shareArray(new Int32Array(1));
      const fn = (g: Group, { key }: { key: unknown }) => {
        g.x[0] *= 2;
        if (key === 'b' && Atomics.add(runs, 0, 1) === 0) throw new Error('once');
        return { sum: [g.x[0] + g.x[1]] };
      };
      const again = { ...options, input: 'columns', retries: 1, cache } as const;
      const first = await applyParallel(grouped, fn, again);
      runs[0] = 0;
      const second = await applyParallel(grouped, fn, again);
      assert.deepEqual([...(first.sum as Iterable<number>)], [4, 10, 16, 22]);
      assert.deepEqual(second, first);
      assert.equal(runs[0], 0);
    });

    it('make calls again in Parallel, parmap and their generators', async () => {
      const runs = shareArray(new Int32Array(100));
      const flaky = (i: number) => {
        if (Atomics.add(runs, i, 1) < i % 3) throw new Error(`call ${i}`);
        return i;
      };
      const all = Array.from({ length: 100 }, (_, i) => i);
      assert.deepEqual(await Parallel({ ...options, retries: 2 })(all.map((i) => delayed(flaky)(i))), all);
      assert.deepEqual(
        [...runs],
        all.map((i) => (i % 3) + 1),
      );
      runs.fill(0);
      const { nJobs: nprocs, ...others } = { nJobs: undefined, ...options };
      const got: number[] = [];
      for await (const i of parmap(flaky, all, { ...others, nprocs, retries: 2, returnAs: 'generator' })) {
        got.push(i);
      }
      assert.deepEqual(got, all);
      runs.fill(0);
      const failing = parmap(flaky, all, { ...others, nprocs, retries: 1, returnAs: 'generator' });
      const before: number[] = [];
      await assert.rejects(
        async () => {
          for await (const i of failing) before.push(i);
        },
        (error: unknown) =>
          error instanceof CallError && error.message === 'call 2 (attempt 2) failed: Error: call 2',
      );
      assert.deepEqual(before, [0, 1]);
    });
  });
}
