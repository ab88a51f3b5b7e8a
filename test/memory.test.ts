import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Calls in a loop, in a process of its own; prints the resident size in MB after each tenth. */
const loop = (nJobs: number) => `
  import { applyParallel, groupby } from 'apply-parallel';
  import { tableFromArrays } from 'apache-arrow';
  const n = 1_000_000;
  const table = tableFromArrays({
    key: Int32Array.from({ length: n }, (_, i) => i % 100),
    x: Float64Array.from({ length: n }, (_, i) => i),
  });
  const sizes = [];
  for (let call = 1; call <= 60; call++) {
    await applyParallel(groupby(table, 'key'), (g) => ({ ...g, y: g.x.map((v) => v + 1) }), { input: 'columns', nJobs: ${nJobs} });
    if (call % 10 === 0) sizes.push(Math.round(process.memoryUsage().rss / 2 ** 20));
  }
  console.log(JSON.stringify(sizes));
`;

describe('memory', () => {
  for (const nJobs of [1, 2]) {
    it(`is given back between calls, nJobs ${nJobs}`, async () => {
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', loop(nJobs)]);
      const sizes: number[] = JSON.parse(stdout);
      // 40 calls of 20 MB each would show as 800 MB, were their shards and results kept.
      const growth = (sizes.at(-1) as number) - sizes[1];
      assert.ok(growth < 200, `resident size over 60 calls, in MB: ${sizes.join(', ')}`);
    });
  }
});
