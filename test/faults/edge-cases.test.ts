import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyParallel, groupby } from 'apply-parallel';
import { prelude, runForJson } from '../support/child.js';

const json = <T>(body: string) => runForJson<T>(prelude + body);
const group = groupby({ k: [1, 2, 3] }, 'k');

describe('what may go wrong at odd moments', { concurrency: 2 }, () => {
  it('a worker that is killed between claiming and noting what it claimed: no group is lost without a word', async () => {
    const { got, failed } = await json<{ got: string[]; failed: string[] }>(`
      import { Worker } from 'node:worker_threads';
      // This thread is held up between deciding to end a worker and ending it; the worker, right after its
      // claim.
      const { terminate } = Worker.prototype;
      Worker.prototype.terminate = function () {
        const end = performance.now() + 60;
        while (performance.now() < end);
        return terminate.call(this);
      };
      const failed = [];
      const result = await run((g, { key }) => {
        if (key === 'a') {
          const { add } = Atomics;
          Atomics.add = (words, at, by) => {
            const before = add(words, at, by);
            if (at === 0) {
              Atomics.add = add;
              const end = performance.now() + 400;
              while (performance.now() < end);
            }
            return before;
          };
        }
        const end = performance.now() + (key === 'a' ? 75 : 20);
        while (performance.now() < end);
        return { k: [key] };
      }, { timeout: 50, batchSize: 1, onError: ({ key }) => { failed.push(key); return null; } });
      print({ got: [...result.k], failed });
    `);
    assert.deepEqual([...got, ...failed].sort(), [...'abcdefgh']);
  });

  it('functions that are all too slow do not look like workers that cannot start', async () => {
    const codes = await json<string[]>(`
      const codes = [];
      await run(() => { for (;;); }, { timeout: 30, onError: ({ code }) => { codes.push(code); return null; } });
      print(codes);
    `);
    assert.deepEqual(codes, new Array(8).fill('ERR_GROUP_TIMEOUT'));
  });

  it('a function that silences the output of its thread', async () => {
    const got = await json<string>(`
      print(await outcome(run((g, { key }) => {
        console.log('hello');
        process.stdout.write = () => true;
        return { k: [key] };
      })));
    `);
    assert.equal(got, 'abcdefgh');
  });

  for (const backend of ['inline', 'async']) {
    it(`a function that ends its own call, and then fails (${backend})`, async () => {
      const got = await json<{ code: string }>(`
        const abort = new AbortController();
        const got = await outcome(run(async () => {
          abort.abort();
          throw new Error('too late');
        }, { backend: '${backend}', signal: abort.signal }));
        await sleep(20);
        print(got);
      `);
      assert.equal(got.code, 'ERR_ABORTED');
    });

    it(`a timeout longer than any timer (${backend})`, async () => {
      const got = await json<string>(`
        print(await outcome(run(async (g, { key }) => { await sleep(5); return { k: [key] }; },
          { backend: '${backend}', timeout: 3e9 })));
      `);
      assert.equal(got, 'abcdefgh');
    });

    it(`a thrown proxy that has been revoked (${backend})`, async () => {
      const got = await json<string>(`
        print(await outcome(run((g, { key }) => {
          if (key !== 'c') return { k: [key] };
          const { proxy, revoke } = Proxy.revocable({}, {});
          revoke();
          throw proxy;
        }, { backend: '${backend}', onError: 'skip' })));
      `);
      assert.equal(got, 'abdefgh');
    });
  }

  it('a generator that is left while somebody waits for it', async () => {
    const got = await json<unknown[]>(`
      const results = run(() => new Promise(() => {}), { returnAs: 'generator' });
      const next = results.next();
      await sleep(50);
      print([await results.return(), await next]);
    `);
    // JSON has no undefined.
    assert.deepEqual(got, [{ done: true }, { done: true }]);
  });

  it('an onError that is async and fails', async () => {
    const { got, rejections } = await json<{ got: { code: string }; rejections: number }>(`
      let rejections = 0;
      process.on('unhandledRejection', () => rejections++);
      const got = await outcome(run(() => { throw new Error('x'); }, { onError: async () => { throw new Error('y'); } }));
      await sleep(20);
      print({ got, rejections });
    `);
    assert.equal(got.code, 'ERR_BAD_RESULT');
    assert.equal(rejections, 0);
  });

  it('many calls on one signal', async () => {
    const warnings = await json<string[]>(`
      const { signal } = new AbortController();
      await Promise.all(Array.from({ length: 20 }, () => run(sum, { signal })));
      await sleep(20);
      print(warnings);
    `);
    assert.deepEqual(warnings, []);
  });

  it('an error that holds itself many times over', async () => {
    const call = applyParallel(
      group,
      () => {
        const error = new AggregateError([], 'round and round');
        error.errors.push(...new Array(10).fill(error));
        throw error;
      },
      { nJobs: 2 },
    );
    await assert.rejects(call, { code: 'ERR_GROUP_FAILED' });
  });

  it('more workers than groups', async () => {
    const more = await json<number>(`
      const before = threads();
      await run(sum, { nJobs: 60 });
      print(threads() - before);
    `);
    // Threads of V8 and of loaders come with workers.
    assert.ok(more < 40, `${more} threads`);
  });
});
