// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplyError, CallError, delayed, Parallel } from 'apply-parallel';
import { failure } from './support/failure.js';

const backends = ['threads', 'inline', 'async'] as const;
const square = (x: number) => x * x;
const numbers = Array.from({ length: 100 }, (_, i) => i);

function* callsOf(count: number, taken: number[] = []) {
  for (let i = 0; i < count; i++) {
    taken.push(i);
    yield delayed(square)(i);
  }
}

async function* slowly<T>(items: Iterable<T>) {
  for (const item of items) {
    await sleep(1);
    yield item;
  }
}

describe('Parallel', () => {
  for (const backend of backends) {
    describe(backend, () => {
      const parallel = Parallel({ nJobs: 2, backend });

      it('gives results in the order of the calls, from any iterable', async () => {
        const expected = numbers.map(square);
        assert.deepEqual(await parallel(numbers.map((x) => delayed(square)(x))), expected);
        assert.deepEqual(await parallel(callsOf(100)), expected);
        assert.deepEqual(await parallel(slowly(callsOf(100))), expected);
        assert.deepEqual(await parallel(new Set(callsOf(100))), expected);
        assert.deepEqual(await parallel([]), []);
        assert.deepEqual(await parallel(callsOf(0)), []);
      });

      it('waits for async functions, however long each takes', async () => {
        const late = async (x: number) => {
          await new Promise((resolve) => setTimeout(resolve, 20 - 2 * x));
          return x;
        };
        assert.deepEqual(
          await parallel(numbers.slice(0, 10).map((x) => delayed(late)(x))),
          numbers.slice(0, 10),
        );
      });

      it('names the call that failed, and keeps what was thrown', async () => {
        const check = (x: number) => {
          if (x === 3) throw Object.assign(new RangeError(`bad ${x}`), { code: 'E_BAD', at: { x } });
          return x;
        };
        const error = await failure(parallel(numbers.map((x) => delayed(check)(x))));
        assert.ok(error instanceof CallError && error instanceof ApplyError);
        assert.equal(error.code, 'ERR_CALL_FAILED');
        assert.equal(error.index, 3);
        assert.equal(error.message, 'call 3 failed: RangeError: bad 3');
        const cause = error.cause as RangeError & { code: string; at: object };
        assert.ok(cause instanceof RangeError);
        assert.deepEqual([cause.message, cause.code, cause.at], ['bad 3', 'E_BAD', { x: 3 }]);
        assert.match(String(error.stack), /^CallError: call 3 failed: RangeError: bad 3\n.*check/);
        assert.match(String(error.stack), /parallel\.test\.ts/);
      });

      it('stops the other calls, and closes the iterable, when one fails', async () => {
        const taken: number[] = [];
        let isClosed = false;
        function* endless() {
          try {
            for (let i = 0; ; i++) {
              taken.push(i);
              yield delayed((x: number) => {
                if (x === 5) throw new Error('five');
              })(i);
            }
          } finally {
            isClosed = true;
          }
        }
        assert.equal((await failure(parallel(endless()))).index, 5);
        assert.ok(isClosed);
        const { length } = taken;
        await sleep(50);
        assert.equal(taken.length, length);
      });

      it('rejects with what the iterable throws', async () => {
        const thrown = new Error('no more');
        async function* broken() {
          yield delayed(square)(1);
          throw thrown;
        }
        assert.equal(await failure(parallel(broken())), thrown);
        assert.equal(
          await failure(
            parallel(
              (function* () {
                yield delayed(square)(1);
                throw thrown;
              })(),
            ),
          ),
          thrown,
        );
      });

      it('takes no more of an iterable than preDispatch allows', async () => {
        const taken: number[] = [];
        const generator = Parallel({
          nJobs: 2,
          backend,
          batchSize: 3,
          preDispatch: 4,
          returnAs: 'generator',
        })(callsOf(1000, taken));
        let count = 0;
        for await (const _ of generator) {
          count++;
          // 4 batches of 3, and what has been handed out.
          assert.ok(taken.length <= 12 + count, `${taken.length} taken after ${count}`);
        }
        assert.equal(count, 1000);
      });

      it('ends by its signal', async () => {
        const controller = new AbortController();
        const forever = (_: number, signal = new AbortController().signal) =>
          new Promise((resolve) => signal.addEventListener('abort', resolve));
        const running = Parallel({ nJobs: 2, backend, signal: controller.signal })(
          numbers.map((x) => delayed(forever)(x)),
        );
        setTimeout(() => controller.abort(new Error('enough')), 50);
        const error = await failure(running);
        assert.equal(error.code, 'ERR_ABORTED');
        assert.equal((error.cause as Error).message, 'enough');
        assert.equal(
          (await failure(Parallel({ backend, signal: controller.signal })([]))).code,
          'ERR_ABORTED',
        );
      });

      it('shares its signal with any number of others', async () => {
        const warnings: string[] = [];
        const onWarning = ({ name }: Error) => void warnings.push(name);
        process.on('warning', onWarning);
        const { signal } = new AbortController();
        const run = Parallel({ nJobs: 2, backend, signal });
        await Promise.all(numbers.slice(0, 12).map((x) => run([delayed(square)(x)])));
        process.off('warning', onWarning);
        assert.ok(!warnings.includes('MaxListenersExceededWarning'));
      });

      it('says how far it is', async () => {
        const seen: { calls: number; callsTotal: number; done: boolean }[] = [];
        await Parallel({ nJobs: 2, backend, progress: (p) => seen.push(p) })(
          numbers.map((x) => delayed(square)(x)),
        );
        const last = seen[seen.length - 1];
        assert.deepEqual([last.calls, last.callsTotal, last.done], [100, 100, true]);
        assert.equal(seen.filter(({ done }) => done).length, 1);
      });
    });
  }

  it('takes more calls as soon as one has come to its end, where few are to be under way', async () => {
    const begun = new Int32Array(new SharedArrayBuffer(4));
    // Three workers wait until the fourth has been at all the others.
    const call = async (x: number) => {
      Atomics.add(begun, 0, 1);
      while (x < 3 && Atomics.load(begun, 0) < 20) await new Promise((resolve) => setTimeout(resolve, 5));
      return x;
    };
    function* calls() {
      for (let x = 0; x < 20; x++) yield delayed(call)(x);
    }
    const run = Parallel({ nJobs: 4, batchSize: 1, preDispatch: 'nJobs' });
    assert.deepEqual(await run(calls()), numbers.slice(0, 20));
  });

  for (const preDispatch of ['all', '2 * nJobs', '1.5*n_jobs', 'n_jobs * 3', 'nJobs', '7', 1]) {
    it(`runs all calls with preDispatch ${preDispatch}`, async () => {
      const results = await Parallel({ nJobs: 2, preDispatch })(callsOf(300));
      assert.deepEqual(
        results,
        Array.from({ length: 300 }, (_, i) => i * i),
      );
    });
  }

  it('runs inline inside a worker', async () => {
    const nested = async (n: number) => {
      const { Parallel, delayed } = await import('apply-parallel');
      const { isMainThread } = await import('node:worker_threads');
      const inner = await Parallel({ nJobs: 2 })([delayed((x: number) => x + n)(1)]);
      return { inner, isMainThread };
    };
    const expected = [10, 20].map((n) => ({ inner: [n + 1], isMainThread: false }));
    assert.deepEqual(await Parallel({ nJobs: 2 })([10, 20].map((n) => delayed(nested)(n))), expected);
  });
});
