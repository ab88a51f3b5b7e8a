import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prelude, runForJson } from '../support/child.js';

const json = <T>(body: string) => runForJson<T>(prelude + body);

const long = `
  const busy = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
  const k = Int32Array.from({ length: 400 }, (_, i) => i);
  const begun = new Int32Array(new SharedArrayBuffer(4));
  const longCall = (options) => applyParallel(groupby({ k }, 'k'), (g) => {
    Atomics.add(begun, 0, 1);
    const end = performance.now() + 10;
    while (performance.now() < end);
    return g;
  }, { nJobs: 2, ...options });
`;

describe('two calls at once', { concurrency: 2 }, () => {
  it('share the pool: a short one does not wait for a long one to end, and neither loses anything', async () => {
    const { short, begunBy, total } = await json<{ short: string[]; begunBy: number[]; total: number }>(`
      ${long}
      await run(sum);
      const slow = longCall();
      const short = [];
      const begunBy = [];
      for (let i = 0; i < 3; i++) {
        await sleep(30);
        short.push(await outcome(run(sum)));
        begunBy.push(begun[0]);
      }
      const total = (await slow).k.length;
      print({ short, begunBy, total });
    `);
    assert.deepEqual(short, ['abcdefgh', 'abcdefgh', 'abcdefgh']);
    assert.ok(begunBy[0] < 400 && begunBy[1] < 400, `the long call was at ${begunBy} of 400`);
    assert.equal(total, 400);
  });

  it('two long ones go on side by side, on no more threads than one', async () => {
    const { halves, before, during } = await json<{ halves: number[]; before: number; during: number }>(`
      ${long}
      await run(sum);
      const before = threads();
      const seen = [[], []];
      const at = () => performance.now();
      const calls = [0, 1].map((which) => longCall({ progress: ({ groups }) => seen[which].push([at(), groups]) })
        .then(() => at()));
      await sleep(500);
      const during = threads();
      const ends = await Promise.all(calls);
      const first = Math.min(...ends);
      // How far the other was when the first ended.
      const halves = seen.map((reports) => reports.filter(([when]) => when <= first).at(-1)[1]);
      print({ halves, before, during });
    `);
    assert.equal(during, before);
    assert.ok(Math.min(...halves) > 100, `when one was done the other was at ${Math.min(...halves)} of 400`);
  });

  it('are ended each by its own signal, timeout and error', async () => {
    const outcomes = await json<unknown[]>(`
      ${long}
      const abort = new AbortController();
      const calls = [
        outcome(run(() => { for (;;); }, { signal: abort.signal })),
        outcome(run((g, { key }) => { if (key === 'c') for (;;); return { k: [key] }; }, { timeout: 200, onError: 'skip' })),
        outcome(run((g, { key }) => { if (key === 'd') process.exit(1); return { k: [key] }; }, { onError: 'skip' })),
        longCall().then((r) => r.k.length),
        outcome(run(sum)),
      ];
      setTimeout(() => abort.abort(), 300);
      print(await Promise.all(calls));
    `);
    assert.equal((outcomes[0] as { code: string }).code, 'ERR_ABORTED');
    assert.deepEqual(outcomes.slice(1), ['abdefgh', 'abcefgh', 400, 'abcdefgh']);
  });
});
