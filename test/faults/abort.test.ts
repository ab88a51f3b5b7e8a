import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prelude, runForJson } from '../support/child.js';

interface Outcome {
  code?: string;
  message?: string;
  cause?: string;
}
const json = <T>(body: string) => runForJson<T>(prelude + body);

const abortAfter = `
  const abortAfter = (ms, fn, options) => {
    const controller = new AbortController();
    const promise = outcome(run(fn, { signal: controller.signal, ...options }));
    if (ms < 0) controller.abort(new Error('why'));
    else setTimeout(() => controller.abort(new Error('why')), ms);
    return promise;
  };
`;

const aborted = {
  name: 'ApplyError',
  code: 'ERR_ABORTED',
  message: 'the call was aborted',
  cause: 'Error: why',
};

/* None of these functions ever ends: a call that waited for one would be killed by the watchdog. */
describe('abort', { concurrency: 2 }, () => {
  for (const [name, fn] of Object.entries({
    'an endless loop': '() => { for (;;); }',
    'an endless await': '() => new Promise(() => {})',
    'a timer that goes on': 'async () => { for (;;) await new Promise((r) => setTimeout(r, 5)); }',
  })) {
    for (const backend of ['threads', 'processes']) {
      it(`${name}, at any moment (${backend})`, async () => {
        const { outcomes, next, before, after } = await json<{
          outcomes: Outcome[];
          next: unknown;
          before: number;
          after: number;
        }>(`
        ${abortAfter}
        await run(sum, { backend: '${backend}' });
        const before = threads();
        const outcomes = [];
        // Before anything is awaited, while it starts, while it runs.
        for (const ms of [-1, 0, 1, 5, 60]) {
          for (const onError of ['throw', 'skip']) outcomes.push(await abortAfter(ms, ${fn}, { onError, backend: '${backend}' }));
        }
        const next = await outcome(run(sum, { backend: '${backend}' }));
        for (let tries = 0; threads() !== before && tries < 100; tries++) await sleep(50);
        print({ outcomes, next, before, after: threads() });
      `);
        assert.deepEqual(outcomes, new Array(10).fill(aborted));
        assert.equal(next, 'abcdefgh');
        assert.equal(after, before, 'as many threads as before');
      });
    }
  }

  it('in this thread, too', async () => {
    const outcomes = await json<Outcome[]>(`
      ${abortAfter}
      const never = () => new Promise(() => {});
      const outcomes = [];
      for (const options of [{ backend: 'inline' }, { nJobs: 1 }, { nJobs: 1, onError: 'skip' }]) {
        outcomes.push(await abortAfter(20, never, options));
      }
      print(outcomes);
    `);
    assert.deepEqual(outcomes, [aborted, aborted, aborted]);
  });

  it('before the call: nothing is run, nothing is read', async () => {
    const { outcomes, reads } = await json<{ outcomes: Outcome[]; reads: number }>(`
      let reads = 0;
      const groups = { *[Symbol.iterator]() { reads++; yield { k: ['a'] }; } };
      const signal = AbortSignal.abort(new Error('why'));
      print({ outcomes: [await outcome(run(sum, { signal })), await outcome(applyParallel(groups, sum, { signal }))], reads });
    `);
    assert.deepEqual(outcomes, [aborted, aborted]);
    assert.equal(reads, 0);
  });

  it('while the groups come in, from an iterable that gives no more', async () => {
    const got = await json<Outcome>(`
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error('why')), 20);
      const groups = { async *[Symbol.asyncIterator]() { yield { k: ['a'] }; await new Promise(() => {}); } };
      print(await outcome(applyParallel(groups, sum, { signal: controller.signal })));
    `);
    assert.deepEqual(got, aborted);
  });

  it('after the call: nothing happens', async () => {
    const { got, warnings } = await json<{ got: string; warnings: string[] }>(`
      const controller = new AbortController();
      // Calls that are over have left the signal.
      for (let i = 0; i < 30; i++) await run(sum, { signal: controller.signal });
      const got = await outcome(run(sum, { signal: controller.signal }));
      controller.abort();
      await sleep(150);
      print({ got, warnings });
    `);
    assert.equal(got, 'abcdefgh');
    assert.deepEqual(warnings, []);
  });

  it('of one call leaves the others alone, running or waiting', async () => {
    const outcomes = await json<unknown[]>(`
      ${abortAfter}
      const forever = () => { for (;;); };
      print(await Promise.all([abortAfter(100, forever), outcome(run(sum)), abortAfter(50, sum), abortAfter(120, forever), outcome(run(sum))]));
    `);
    assert.deepEqual(outcomes, [aborted, 'abcdefgh', aborted, aborted, 'abcdefgh']);
  });

  it('reaches the function as context.signal', async () => {
    const { got, seen } = await json<{ got: Outcome; seen: number }>(`
      const began = new Int32Array(new SharedArrayBuffer(4));
      const seen = new Int32Array(new SharedArrayBuffer(4));
      const controller = new AbortController();
      const got = outcome(run((g, { signal }) => new Promise((resolve) => {
        signal.addEventListener('abort', () => { Atomics.add(seen, 0, 1); resolve(null); });
        Atomics.add(began, 0, 1);
      }), { signal: controller.signal }));
      while (began[0] < 2) await sleep(5);
      controller.abort(new Error('why'));
      print({ got: await got, seen: seen[0] });
    `);
    assert.deepEqual(got, aborted);
    assert.equal(seen, 2, 'once in each worker');
  });
});
