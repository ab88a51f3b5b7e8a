import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prelude, runForJson } from '../support/child.js';

const json = <T>(body: string) => runForJson<T>(prelude + body);

const many = `
  const n = 60;
  const k = Int32Array.from({ length: n }, (_, i) => i);
  const grouped = groupby({ k, x: new Float64Array(n).fill(1) }, 'k');
`;
const left = (bad: (i: number) => boolean) => Array.from({ length: 60 }, (_, i) => i).filter((i) => !bad(i));

describe('timeout', { concurrency: 2 }, () => {
  it('ends the group that takes too long, and no other: what its worker had claimed is run again, on rows as they were', async () => {
    const { got, x, failed, next } = await json<{
      got: number[];
      x: number[];
      failed: { key: number; code: string }[];
      next: string;
    }>(`
      ${many}
      let failed;
      const result = await applyParallel(grouped, (g, { index }) => {
        g.x[0] *= 2;
        if (index % 20 === 7) for (;;);
        return g;
      }, { nJobs: 2, timeout: 300, batchSize: 10, onError: 'skip', report: (r) => { failed = r.failed; } });
      print({
        got: [...result.k], x: [...result.x],
        failed: failed.map(({ key, code }) => ({ key, code })),
        next: await outcome(run(sum)),
      });
    `);
    assert.deepEqual(
      got,
      left((i) => i % 20 === 7),
    );
    assert.deepEqual(x, new Array(57).fill(2));
    assert.deepEqual(
      failed.toSorted((a, b) => a.key - b.key),
      [7, 27, 47].map((key) => ({ key, code: 'ERR_GROUP_TIMEOUT' })),
    );
    assert.equal(next, 'abcdefgh');
  });

  for (const backend of ['threads', 'inline', 'async']) {
    it(`counts the time of each group, not of the call, nor of waiting for a worker (${backend})`, async () => {
      const got = await json<number[]>(`
        ${many}
        const result = await applyParallel(grouped, async (g) => { await sleep(40); return g; },
          { nJobs: 2, timeout: 1000, backend: '${backend}' });
        print([...result.k]);
      `);
      assert.equal(got.length, 60);
    });

    it(`aborts the signal of the function that is left, and takes nothing from it any more (${backend})`, async () => {
      const { got, aborted } = await json<{ got: number[]; aborted: number[] }>(`
        ${many}
        const aborted = new Int32Array(new SharedArrayBuffer(4 * n));
        const result = await applyParallel(grouped, async (g, { index, signal }) => {
          if (index % 20 !== 7) return g;
          signal.addEventListener('abort', () => { aborted[index] = 1; });
          await sleep(700);
          return g;
        }, { nJobs: 2, timeout: 250, onError: 'skip', backend: '${backend}' });
        await sleep(800);
        print({ got: [...result.k], aborted: [...aborted.keys()].filter((i) => aborted[i] === 1) });
      `);
      assert.deepEqual(
        got,
        left((i) => i % 20 === 7),
      );
      // A worker thread is simply gone.
      assert.deepEqual(aborted, backend === 'threads' ? [] : [7, 27, 47]);
    });
  }

  it('cannot stop a function that never gives way in this thread: its result stands', async () => {
    const got = await json<string>(`
      const busy = (g, { key }) => { const end = performance.now() + 60; while (performance.now() < end); return { k: [key] }; };
      print(await outcome(run(busy, { nJobs: 1, timeout: 20 })));
    `);
    assert.equal(got, 'abcdefgh');
  });

  it('replaces the group where onError says with what', async () => {
    const got = await json<string>(`
      print(await outcome(run((g, { key }) => { if (key === 'c') for (;;); return { k: [key] }; },
        { timeout: 300, onError: ({ code, key }) => ({ k: [key.toUpperCase()] }) })));
    `);
    assert.equal(got, 'abCdefgh');
  });
});
