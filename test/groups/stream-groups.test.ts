// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyParallel, type GroupResult, groupby } from 'apply-parallel';
import * as fc from 'fast-check';
import { prelude, runForJson } from '../support/child.js';

const json = <T>(body: string) => runForJson<T>(prelude + body);
const n = 50;
const k = Int32Array.from({ length: n * 2 }, (_, i) => i % n);
const grouped = groupby({ k, x: Float64Array.from(k) }, 'k');
type Group = { k: Int32Array; x: Float64Array };

const backends = ['threads', 'inline', 'async'] as const;
const forms = ['generator', 'generatorUnordered'] as const;

async function collect<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const result of results) all.push(result);
  return all;
}

describe('returnAs generator', () => {
  for (const backend of backends) {
    for (const returnAs of forms) {
      it(`yields each group once, with its key, in ${returnAs === 'generator' ? 'group' : 'any'} order (${backend})`, async () => {
        const results = await collect(
          applyParallel(
            grouped,
            (g: Group, { index }) => (index % 7 === 3 ? null : { ...g, y: g.x.map((x) => x * 2) }),
            { returnAs, backend, nJobs: 2, batchSize: 3 },
          ),
        );
        const wanted = [...Array(n).keys()].filter((i) => i % 7 !== 3);
        const indices = results.map(({ index }) => index);
        assert.deepEqual(returnAs === 'generator' ? indices : indices.toSorted((a, b) => a - b), wanted);
        for (const { key, index, frame } of results) {
          assert.equal(key, index);
          assert.deepEqual([...(frame.k as Int32Array)], [index, index]);
          assert.deepEqual([...(frame.y as Float64Array)], [index * 2, index * 2]);
        }
      });

      it(`throws the error of a group, and what was there before it is not lost (${returnAs}, ${backend})`, async () => {
        const seen: number[] = [];
        await assert.rejects(
          async () => {
            const results = applyParallel(
              grouped,
              (g: Group, { index }) => {
                if (index === 20) throw new RangeError('no');
                return g;
              },
              { returnAs, backend, nJobs: 2, batchSize: 1 },
            );
            for await (const { index } of results) seen.push(index);
          },
          { code: 'ERR_GROUP_FAILED', key: 20 },
        );
        if (returnAs === 'generator') assert.deepEqual(seen, [...Array(20).keys()].slice(0, seen.length));
        assert.equal(new Set(seen).size, seen.length);
      });

      it(`takes replacements of failed groups (${returnAs}, ${backend})`, async () => {
        const results = await collect(
          applyParallel(
            grouped,
            (g: Group, { index }) => {
              if (index % 10 === 0) throw new RangeError('no');
              return g;
            },
            { returnAs, backend, nJobs: 2, onError: ({ index }) => (index === 0 ? null : { k: [-index] }) },
          ),
        );
        const byIndex = new Map(results.map(({ index, frame }) => [index, [...(frame.k as Int32Array)]]));
        assert.equal(byIndex.size, n - 1);
        assert.deepEqual(byIndex.get(30), [-30]);
        assert.deepEqual(byIndex.get(31), [31, 31]);
      });

      it(`ends the call when its loop is left (${returnAs}, ${backend})`, async () => {
        let begun = 0;
        const fn = async (g: Group) => {
          begun++;
          await sleep(1);
          return g;
        };
        const results = applyParallel(grouped, fn, { returnAs, backend: 'async', nJobs: 2 });
        for await (const _ of results) break;
        const then = begun;
        await sleep(20);
        assert.equal(begun, then);
        assert.ok(begun < n);
        assert.deepEqual(await results.next(), { value: undefined, done: true });
      });
    }

    it(`waits for a slow taker: memory stays bounded (${backend})`, async () => {
      const { most, got } = await json<{ most: number; got: number }>(`
        const n = 200;
        const k = Int32Array.from({ length: n }, (_, i) => i);
        const done = new Int32Array(new SharedArrayBuffer(4));
        const results = applyParallel(groupby({ k }, 'k'), (g) => {
          Atomics.add(done, 0, 1);
          return { y: new Float64Array(100_000) };
        }, { returnAs: 'generator', backend: '${backend}', nJobs: 2, batchSize: 1 });
        let got = 0;
        let most = 0;
        for await (const _ of results) {
          got++;
          if (got % 20 === 0) await sleep(50);
          most = Math.max(most, Atomics.load(done, 0) - got);
        }
        print({ most, got });
      `);
      assert.equal(got, 200);
      assert.ok(most <= 16, `${most} results were waiting at once`);
    });
  }

  it('waits though the taker never lets the main thread go', async () => {
    const { most, got } = await json<{ most: number; got: number }>(`
      const n = 400;
      const k = Int32Array.from({ length: n }, (_, i) => i);
      const done = new Int32Array(new SharedArrayBuffer(4));
      const results = applyParallel(groupby({ k }, 'k'), (g) => {
        Atomics.add(done, 0, 1);
        return { y: new Float64Array(1000) };
      }, { returnAs: 'generatorUnordered', nJobs: 2, batchSize: 1 });
      let got = 0;
      let most = 0;
      for await (const _ of results) {
        got++;
        const end = performance.now() + (got % 20 === 0 ? 100 : 0);
        while (performance.now() < end);
        most = Math.max(most, Atomics.load(done, 0) - got);
      }
      print({ most, got });
    `);
    assert.equal(got, 400);
    assert.ok(most <= 16, `${most} results were waiting at once`);
  });

  it('does not wait for a group that died with a worker while all others wait to be taken', async () => {
    const got = await json<number[]>(`
      const n = 100;
      const k = Int32Array.from({ length: n }, (_, i) => i);
      const died = new Int32Array(new SharedArrayBuffer(4));
      const got = [];
      // The worker that has claimed the first group dies once, of another one: all that is wanted first is
      // lost.
      for await (const { index } of applyParallel(groupby({ k }, 'k'), (g, { index }) => {
        if (index === 3) { const end = performance.now() + 200; while (performance.now() < end); process.exit(1); }
        return g;
      }, { returnAs: 'generator', nJobs: 2, batchSize: 4, onError: 'skip' })) got.push(index);
      print(got);
    `);
    assert.deepEqual(
      got,
      [...Array(100).keys()].filter((i) => i !== 3),
    );
  });

  it('runs another call inside its loop', async () => {
    const sums: number[] = [];
    for await (const { frame } of applyParallel(grouped, (g: Group) => g, {
      returnAs: 'generator',
      nJobs: 2,
      batchSize: 1,
    })) {
      if (sums.length === 5) break;
      const inner = await applyParallel(groupby(frame, 'k'), (g: Group) => ({ s: [g.x[0] + g.x[1]] }), {
        nJobs: 2,
      });
      sums.push((inner.s as Float64Array)[0]);
    }
    assert.deepEqual(sums, [0, 2, 4, 6, 8]);
  });

  it('is no burden: nothing runs before it is asked, and a process ends though it was forgotten halfway', async () => {
    const { before, seen } = await json<{ before: number; seen: number[] }>(`
      const k = Int32Array.from({ length: 100 }, (_, i) => i);
      const done = new Int32Array(new SharedArrayBuffer(4));
      const results = applyParallel(groupby({ k }, 'k'), (g) => { Atomics.add(done, 0, 1); return g; },
        { returnAs: 'generator', nJobs: 2, batchSize: 1 });
      await sleep(50);
      const before = done[0];
      const seen = [];
      for (let i = 0; i < 3; i++) seen.push((await results.next()).value.index);
      print({ before, seen });
    `);
    assert.equal(before, 0);
    assert.deepEqual(seen, [0, 1, 2]);
  });

  it('throws bad options and functions at once, and is ended by a signal', async () => {
    const bad = { returnAs: 'generator', nJobs: 0 } as const;
    assert.throws(() => applyParallel(grouped, (g: Group) => g, bad), { code: 'ERR_INVALID_OPTION' });
    assert.throws(() => applyParallel(grouped, 5 as never, { returnAs: 'generator' }), {
      code: 'ERR_INVALID_OPTION',
    });
    const abort = new AbortController();
    const results = applyParallel(grouped, (g: Group) => g, {
      returnAs: 'generator',
      nJobs: 2,
      signal: abort.signal,
    });
    await results.next();
    abort.abort();
    await assert.rejects(collect(results), { code: 'ERR_ABORTED' });
  });

  it('yields frames of the kind that output says, each with types of its own', async () => {
    const results: GroupResult<unknown>[] = await collect(
      applyParallel(grouped, (_: Group, { index }) => (index % 2 ? { a: [1] } : { a: ['x'] }), {
        returnAs: 'generator',
        output: 'records',
        nJobs: 1,
      }),
    );
    assert.deepEqual(results[0].frame, [{ a: 'x' }]);
    assert.deepEqual(results[1].frame, [{ a: 1 }]);
  });

  it('together makes the frame that the promise gives, whatever the sizes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 60 }),
        fc.constantFrom(...backends),
        fc.constantFrom(1, 2, 5, 'auto' as const),
        async (keys, backend, batchSize) => {
          const table = groupby({ k: keys, i: keys.map((_, i) => i) }, 'k');
          const fn = (g: { k: Float64Array; i: Float64Array }) => (g.k[0] % 5 === 4 ? null : g);
          const options = { backend, batchSize, nJobs: 2 };
          const whole = await applyParallel(table, fn as never, options);
          const parts = await collect(
            applyParallel(table, fn as never, { ...options, returnAs: 'generator' }),
          );
          assert.deepEqual(
            parts.flatMap(({ frame }) => [...((frame as Partial<typeof frame>).i ?? [])]),
            [...((whole as Partial<typeof whole>).i ?? [])],
          );
        },
      ),
      { numRuns: 40 },
    );
  });
});
