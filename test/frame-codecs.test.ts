import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Table, tableFromArrays, vectorFromArray } from 'apache-arrow';
import { applyParallel, groupby, partial } from 'apply-parallel';
import * as dfd from 'danfojs-node';

const groups = () => groupby([{ k: 'a' }, { k: 'b' }], 'k');
const options = { nJobs: 2, batchSize: 1 } as const;

/** Adds one and waits for the other worker to do so too: a worker with a copy of its own would wait in vain. */
function meet(cell: Int32Array): number {
  Atomics.add(cell, 0, 1);
  Atomics.notify(cell, 0);
  if (Atomics.load(cell, 0) < 2) Atomics.wait(cell, 0, 1, 20_000);
  return Atomics.load(cell, 0);
}

describe('frames a function uses', () => {
  const cells = () => tableFromArrays({ calls: Int32Array.of(0) });
  const cellOf = (table: Table): Int32Array => table.getChildAt(0)?.data[0].values;

  it('are one piece of memory for all workers: an Arrow table captured', async () => {
    const table = cells();
    const met = await applyParallel(groups(), () => [{ n: meet(cellOf(table)) }], options);
    assert.deepEqual(met, [{ n: 2 }, { n: 2 }]);
    assert.equal(cellOf(table)[0], 0, "the caller's own table is not the shared one");
  });

  it('an Arrow table bound', async () => {
    const join = (_: unknown, { table }: { table: Table }) => [{ n: meet(cellOf(table)) }];
    const met = await applyParallel(groups(), partial(join, { table: cells() }), options);
    assert.deepEqual(met, [{ n: 2 }, { n: 2 }]);
  });

  it('a vector captured', async () => {
    const vector = vectorFromArray(Int32Array.of(0));
    const met = await applyParallel(groups(), () => [{ n: meet(vector.data[0].values) }], options);
    assert.deepEqual(met, [{ n: 2 }, { n: 2 }]);
  });

  it('and one object for all groups of a worker', async () => {
    const table = cells();
    const many = groupby(
      Array.from({ length: 50 }, (_, k) => ({ k })),
      'k',
    );
    const seen = new WeakSet<object>();
    // A WeakSet cannot travel: each worker makes its own, on its first group.
    const state: { seen?: WeakSet<object>; fresh: number } = { fresh: 0 };
    assert.equal(seen.has(table), false);
    const counts = await applyParallel(
      many,
      () => {
        state.seen ??= new WeakSet();
        if (!state.seen.has(table)) state.fresh++;
        state.seen.add(table);
        return [{ fresh: state.fresh }];
      },
      { nJobs: 2 },
    );
    assert.deepEqual(
      counts.map(({ fresh }) => fresh),
      new Array(50).fill(1),
    );
  });

  it('danfojs DataFrames arrive as such', async () => {
    const frame = new dfd.DataFrame({ item: ['x', 'y'], price: [1, 2] });
    const found = await applyParallel(
      groups(),
      (rows) =>
        rows.map(({ k }: { k: string }) => ({ k, total: frame.price.sum(), shape: frame.shape.join() })),
      options,
    );
    assert.deepEqual(found, [
      { k: 'a', total: 3, shape: '2,2' },
      { k: 'b', total: 3, shape: '2,2' },
    ]);
  });

  it('a typed array is copied for each worker, unless it lies in shared memory', async () => {
    const plain = new Int32Array(1);
    const shared = new Int32Array(new SharedArrayBuffer(4));
    const out = await applyParallel(
      groups(),
      () => {
        meet(shared);
        return [{ own: Atomics.add(plain, 0, 1) }];
      },
      options,
    );
    assert.deepEqual(out, [{ own: 0 }, { own: 0 }]);
    assert.deepEqual([plain[0], shared[0]], [0, 2]);
  });
});
