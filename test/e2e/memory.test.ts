import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Calls in a loop, in a process of its own; prints the resident size in MB after each tenth of them. */
const loop = (calls: number, rows: number, columns: number, nJobs: number) => `
  import { applyParallel, groupby } from 'apply-parallel';
  import { tableFromArrays } from 'apache-arrow';
  const numbers = Array.from({ length: ${columns} }, (_, k) => ['x' + k, Float64Array.from({ length: ${rows} }, (_, i) => i + k)]);
  const key = Int32Array.from({ length: ${rows} }, (_, i) => i % 100);
  const table = tableFromArrays({ key, ...Object.fromEntries(numbers) });
  const sizes = [];
  for (let call = 1; call <= ${calls}; call++) {
    await applyParallel(groupby(table, 'key'), (g) => ({ ...g, y: g.x0.map((v) => v + 1) }), { input: 'columns', nJobs: ${nJobs} });
    if (call % ${calls / 10} === 0) sizes.push(Math.round(process.memoryUsage().rss / 2 ** 20));
  }
  console.log(JSON.stringify(sizes));
`;

const sizesAfter = async (calls: number, rows: number, columns: number, nJobs: number): Promise<number[]> => {
  const { stdout } = await run(process.execPath, [
    '--input-type=module',
    '-e',
    loop(calls, rows, columns, nJobs),
  ]);
  return JSON.parse(stdout);
};

/**
 * Collectors run when they like, so one size may be low by chance: the least of the last against the most of
 * the first.
 */
const growthOf = (sizes: readonly number[]): number =>
  Math.min(...sizes.slice(-3)) - Math.max(...sizes.slice(1, 4));

describe('memory', () => {
  it('is given back between calls of one thread', async () => {
    const sizes = await sizesAfter(30, 1_000_000, 1, 1);
    // The results of 24 calls alone are 192 MB, with their shards half a gigabyte.
    assert.ok(growthOf(sizes) < 120, `resident size over 30 calls, in MB: ${sizes.join(', ')}`);
  });

  it('stays where it is in 80 calls on a table of 50 MB', async () => {
    const sizes = await sizesAfter(80, 1_000_000, 6, 2);
    // Up to a call's worth more or less, by when collectors have run: 64 calls would leave 5 GB.
    assert.ok(growthOf(sizes) < 200, `resident size over 80 calls, in MB: ${sizes.join(', ')}`);
  });
});
