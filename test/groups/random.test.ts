// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ApplyOptions, applyParallel, groupby } from 'apply-parallel';

const keys = Array.from({ length: 40 }, (_, i) => `k${i}`);
const table = { k: keys };

/** Three numbers of each group, by key. */
async function draw(options: ApplyOptions, k = keys): Promise<Map<string, number[]>> {
  const result = await applyParallel(
    groupby({ k }, 'k'),
    (_, { key, random }) => ({ k: [key, key, key], r: [random(), random(), random()] }),
    { ...options, output: 'records' },
  );
  const drawn = new Map<string, number[]>();
  for (const { k: key, r } of result as { k: string; r: number }[]) {
    drawn.set(key, [...(drawn.get(key) ?? []), r]);
  }
  return drawn;
}

describe('context.random', () => {
  it('is the same for one seed, for any nJobs, backend and batchSize', async () => {
    const first = await draw({ seed: 42, nJobs: 2 });
    for (const options of [
      { nJobs: 2, batchSize: 1 },
      { nJobs: 1 },
      { backend: 'async' },
      { nJobs: 3, batchSize: 7 },
    ] as const) {
      assert.deepEqual(await draw({ seed: 42, ...options }), first);
    }
    assert.equal(new Set([...first.values()].flat()).size, 120, 'each group has its own');
    for (const r of [...first.values()].flat()) assert.ok(r >= 0 && r < 1);
  });

  it('depends on the key, not on what other groups there are', async () => {
    const all = await draw({ seed: 'a' });
    const some = await draw({ seed: 'a' }, keys.slice(20));
    for (const [key, drawn] of some) assert.deepEqual(drawn, all.get(key));
  });

  it('is another for another seed, and for every call without one', async () => {
    const draws = [
      await draw({ seed: 1 }),
      await draw({ seed: 2 }),
      await draw({ seed: '1 ' }),
      await draw({}),
      await draw({}),
    ];
    assert.equal(new Set(draws.map((drawn) => String(drawn.get('k0')))).size, draws.length);
  });

  it('tells keys of different types apart', async () => {
    const one = async (key: unknown) => {
      const grouped = [[key, table]] as never as Iterable<[string, typeof table]>;
      const result = await applyParallel(grouped, (_, { random }) => ({ r: [random()] }), {
        seed: 1,
        nJobs: 1,
      });
      return (result as unknown as { r: Float64Array }).r[0];
    };
    const drawn = [];
    for (const key of ['1', 1, 1n, true, null, ['1'], ['1', '1'], ['11', ''], new Date(1)])
      drawn.push(await one(key));
    // A key of one part is that part.
    assert.equal(drawn[0], drawn[5]);
    assert.equal(new Set(drawn).size, drawn.length - 1);
  });

  it('is uniform', async () => {
    const result = await applyParallel(
      groupby({ k: [1] }, 'k'),
      (_, { random }) => ({ r: Float64Array.from({ length: 100_000 }, random) }),
      { seed: 7, nJobs: 1 },
    );
    const bins = new Array<number>(10).fill(0);
    for (const r of (result as unknown as { r: Float64Array }).r) bins[Math.floor(r * 10)]++;
    // Five standard deviations.
    for (const bin of bins) assert.ok(Math.abs(bin - 10_000) < 5 * Math.sqrt(9_000), String(bins));
  });
});
