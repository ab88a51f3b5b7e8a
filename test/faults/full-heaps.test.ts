import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runForJson } from '../support/child.js';

/* Node reports a full heap only after it has freed it, which takes longer the larger the heap is. */

const skip =
  process.version.startsWith('v24.') &&
  'under --max-old-space-size, Node 24 may abort the whole process for any Worker that fills its heap';

describe('a worker that fills its heap', { concurrency: 1, skip }, () => {
  for (const megabytes of [100, 500]) {
    it(`of ${megabytes} MB is out of memory in groups, calls and executors, and later calls work`, async () => {
      const { outcomes, next } = await runForJson<{ outcomes: unknown[]; next: number[] }>(
        `
        import { applyParallel, createExecutor, delayed, groupby, Parallel } from 'apply-parallel';
        const fill = () => { const kept = []; for (;;) kept.push(Array.from({ length: 1000 }, (_, i) => ({ i, text: 'x' + i }))); };
        const table = { k: ['a', 'b', 'c'] };
        const executor = createExecutor({ maxWorkers: 2 });
        const outcomes = [];
        for (const run of [
          () => applyParallel(groupby(table, 'k'), (g, { key }) => (key === 'b' ? fill() : g), { nJobs: 2 }),
          () => Parallel({ nJobs: 2 })([0, 1, 2].map((x) => delayed((y) => (y === 1 ? fill() : y))(x))),
          () => executor.submit(fill),
        ]) {
          await run().catch(({ code, key, index, cause }) => outcomes.push([code, key ?? index, cause?.code]));
        }
        const next = await Promise.all([executor.submit((x) => x + 1, 1), ...(await Parallel({ nJobs: 2 })([delayed(Math.abs)(-3)]))]);
        await executor.shutdown();
        console.log(JSON.stringify({ outcomes, next }));
        `,
        { nodeArgs: [`--max-old-space-size=${megabytes}`], limitMs: 240_000 },
      );
      const full = 'ERR_WORKER_OUT_OF_MEMORY';
      assert.deepEqual(outcomes, [
        [full, 'b', full],
        [full, 1, full],
        [full, 0, full],
      ]);
      assert.deepEqual(next, [2, 3]);
    });
  }
});
