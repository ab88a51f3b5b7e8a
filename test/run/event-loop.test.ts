import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyParallel, groupby } from 'apply-parallel';

const n = 100;
const k = Int32Array.from({ length: n }, (_, i) => i);
const grouped = groupby({ k, x: Float64Array.from(k) }, 'k');

/**
 * How many functions were under way at once, at the most: each waits until that many are, or no more come.
 */
async function mostAtOnce(wanted: number, options: { nJobs?: number }): Promise<number> {
  let now = 0;
  let most = 0;
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const result = await applyParallel(
    grouped,
    async (g) => {
      most = Math.max(most, ++now);
      if (now >= wanted) setTimeout(open, 20);
      await Promise.race([gate, sleep(5000)]);
      now--;
      return g;
    },
    { ...options, backend: 'async' },
  );
  assert.deepEqual([...(result.k as Int32Array)], [...k]);
  return most;
}

describe("backend 'async'", () => {
  it('has up to nJobs groups under way at once, 32 unless told otherwise, and gives results in group order', async () => {
    assert.equal(await mostAtOnce(32, {}), 32);
    assert.equal(await mostAtOnce(32, { nJobs: -1 }), 32);
    assert.equal(await mostAtOnce(31, { nJobs: -2 }), 31);
    assert.equal(await mostAtOnce(7, { nJobs: 7 }), 7);
    assert.equal(await mostAtOnce(1, { nJobs: 1 }), 1);
    assert.equal(await mostAtOnce(n, { nJobs: 1000 }), n);
  });

  it('works on what belongs to this thread: nothing is shipped', async () => {
    let calls = 0;
    const result = await applyParallel(
      grouped,
      async (g: { x: Float64Array }) => {
        calls++;
        g.x[0] += 1;
        await sleep(n - g.x[0]);
        return g;
      },
      { backend: 'async' },
    );
    assert.equal(calls, n);
    assert.deepEqual(
      [...(result.x as Float64Array)],
      Array.from(k, (i) => i + 1),
    );
  });

  it('lets timers in though the functions never wait', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await applyParallel(
      grouped,
      (g) => {
        const end = performance.now() + 2;
        while (performance.now() < end);
        return g;
      },
      { backend: 'async' },
    );
    clearInterval(timer);
    assert.ok(ticks > 5, `${ticks} ticks`);
  });

  it('starts nothing any more once a group has failed, and tells the others', async () => {
    let begun = 0;
    let told = 0;
    const call = applyParallel(
      grouped,
      async (g, { index, signal }) => {
        begun++;
        signal.addEventListener('abort', () => told++);
        await sleep(index === 3 ? 1 : 50);
        if (index === 3) throw new RangeError('no');
        return g;
      },
      { backend: 'async', nJobs: 5 },
    );
    await assert.rejects(call, { code: 'ERR_GROUP_FAILED', key: 3 });
    await sleep(80);
    assert.equal(begun, 5);
    assert.equal(told, 5);
  });
});
