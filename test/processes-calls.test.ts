// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tableFromArrays } from 'apache-arrow';
import { createExecutor, delayed, Parallel, parmap } from 'apply-parallel';

const backend = 'processes' as const;
const options = { backend, nJobs: 2 } as const;
const n = 300;
const table = tableFromArrays({
  k: Int32Array.from({ length: n }, (_, i) => (i * 7) % 12),
  x: Float64Array.from({ length: n }, (_, i) => i),
  s: Array.from({ length: n }, (_, i) => (i % 5 ? `text ${i % 3}` : null)),
});

describe('calls of functions in processes', () => {
  it('have arguments and results of all kinds', async () => {
    const big = new Float64Array(200_000).fill(3);
    const got = await Parallel(options)(
      Array.from({ length: 50 }, (_, i) =>
        delayed((i: number, o: { t: typeof table; big: Float64Array; map: Map<string, Date> }) => ({
          i,
          rows: o.t.numRows,
          sum: o.big[i],
          date: o.map.get('a'),
          big: i === 7 ? o.big : undefined,
        }))(i, { t: table, big, map: new Map([['a', new Date(i)]]) }),
      ),
    );
    assert.deepEqual(
      got.map(({ i, rows, sum, date }) => [i, rows, sum, Number(date)]),
      Array.from({ length: 50 }, (_, i) => [i, n, 3, i]),
    );
    assert.deepEqual(got[7].big, big);
  });

  it('crash one by one', async () => {
    const crash = (i: number) => (i === 3 ? process.abort() : i * 2);
    await assert.rejects(parmap(crash, [0, 1, 2, 3, 4], { nprocs: 2, backend }), {
      code: 'ERR_WORKER_EXITED',
      index: 3,
    });
    const executor = createExecutor({ kind: backend, maxWorkers: 2 });
    const futures = Array.from({ length: 6 }, (_, i) => executor.submit(crash, i));
    const settled = await Promise.allSettled(futures);
    assert.deepEqual(
      settled.map((each) => (each.status === 'fulfilled' ? each.value : each.reason.code)),
      [0, 2, 4, 'ERR_WORKER_EXITED', 8, 10],
    );
    const waiting = executor.submit(() => new Promise(() => {}));
    assert.equal(waiting.cancel(), true);
    await executor.shutdown();
  });

  it('call in themselves, and yield as they are ready', async () => {
    const nested = (i: number) =>
      Parallel({ backend: 'processes' })([delayed((x: number) => [x, process.pid])(i)]);
    const got: number[] = [];
    for await (const [[i, pid]] of Parallel({ ...options, returnAs: 'generatorUnordered' })(
      [1, 2, 3].map((i) => delayed(nested)(i)),
    )) {
      got.push(i);
      assert.notEqual(pid, process.pid);
    }
    assert.deepEqual(got.sort(), [1, 2, 3]);
  });
});
