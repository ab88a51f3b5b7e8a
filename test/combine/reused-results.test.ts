import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Float64, makeData, Table, tableFromArrays, Vector } from 'apache-arrow';
import { applyParallel, groupby } from 'apply-parallel';

/** One array for all groups of a thread, filled with twice the values of `x`. */
function reuse(x: Float64Array): Float64Array {
  const state = globalThis as { scratch?: Float64Array };
  state.scratch ??= new Float64Array(2);
  state.scratch.set(x.map((value) => 2 * value));
  return state.scratch;
}

describe('an array returned for several groups', () => {
  const rows = 40;
  const table = tableFromArrays({
    key: Int32Array.from({ length: rows }, (_, i) => i >> 1),
    x: Float64Array.from({ length: rows }, (_, i) => i),
  });
  const doubled = Array.from({ length: rows }, (_, i) => 2 * i);
  const grouped = groupby(table, 'key');
  const values = (out: Table) => [...(out.getChild('y') as Vector<Float64>)];

  for (const nJobs of [1, 2]) {
    const options = { input: 'columns', nJobs, batchSize: 8 } as const;

    it(`may be filled anew for each, nJobs ${nJobs}`, async () => {
      const fn = (g: { x: Float64Array }) => ({ x: g.x, y: reuse(g.x) });
      assert.deepEqual(values(await applyParallel(grouped, fn, options)), doubled);
    });

    it(`may lie under a vector, nJobs ${nJobs}`, async () => {
      const fn = (g: { x: Float64Array }) => {
        return new Table({ y: new Vector([makeData({ type: new Float64(), data: reuse(g.x) })]) });
      };
      assert.deepEqual(values(await applyParallel(grouped, fn, options)), doubled);
    });

    it(`may be a constant, nJobs ${nJobs}`, async () => {
      const weights = Float64Array.of(1, 2);
      const out = await applyParallel(grouped, () => ({ y: weights }), options);
      assert.deepEqual(
        values(out),
        doubled.map((_, i) => 1 + (i % 2)),
      );
      assert.equal(weights.length, 2, 'the constant was not taken away');
    });
  }
});
