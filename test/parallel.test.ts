// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplyError, CallError, delayed, Parallel } from 'apply-parallel';
import { runScript } from './support/child.js';
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

      describe('errors of an ordered generator', () => {
        /** What comes before the error, and the error. */
        async function outcomeOf<T>(results: AsyncIterable<T>) {
          const before: T[] = [];
          try {
            for await (const value of results) before.push(value);
          } catch (error) {
            return { before, error: error as CallError };
          }
          throw new assert.AssertionError({ message: 'it did not fail' });
        }
        const ordered = Parallel({ nJobs: 2, backend, batchSize: 1, preDispatch: 8, returnAs: 'generator' });

        it('come after the results before them, slow ones too, and nothing after them begins', async () => {
          const begun = new Int32Array(new SharedArrayBuffer(40));
          const slowThenFailing = async (x: number, ms: number) => {
            Atomics.add(begun, x, 1);
            await new Promise((resolve) => setTimeout(resolve, ms));
            if (x === 1) throw new RangeError('one');
            return x;
          };
          const { before, error } = await outcomeOf(
            ordered(numbers.slice(0, 10).map((x) => delayed(slowThenFailing)(x, x === 0 ? 300 : 20))),
          );
          assert.deepEqual(before, [0]);
          assert.deepEqual([error.code, error.index], ['ERR_CALL_FAILED', 1]);
          assert.equal(begun[9], 0);
        });

        it('are the first one in order, whichever came first', async () => {
          const failing = async (x: number) => {
            await new Promise((resolve) => setTimeout(resolve, x === 1 ? 200 : 10));
            if (x > 0) throw new RangeError(`${x}`);
            return x;
          };
          const { before, error } = await outcomeOf(ordered([0, 1, 2].map((x) => delayed(failing)(x))));
          assert.deepEqual(before, [0]);
          assert.equal(error.index, 1);
        });

        it('do not wait for calls after them', async () => {
          const forever = (x: number): number | Promise<number> => {
            if (x === 0) throw new RangeError('zero');
            return new Promise(() => {});
          };
          const { before, error } = await outcomeOf(ordered([1, 0].map((x) => delayed(forever)(1 - x))));
          assert.deepEqual(before, []);
          assert.equal(error.index, 0);
        });

        it('do not wait for calls after them that are in the same batch, or in a later one', async () => {
          const stuck = (x: number): number | Promise<number> => {
            if (x === 3) throw new RangeError('three');
            return x > 3 ? new Promise(() => {}) : x;
          };
          for (const batchSize of [1, 2, 10, 'auto'] as const) {
            const run = Parallel({ nJobs: 2, backend, batchSize, returnAs: 'generator' });
            const { before, error } = await outcomeOf(
              run(numbers.slice(0, 20).map((x) => delayed(stuck)(x))),
            );
            assert.deepEqual(before, [0, 1, 2]);
            assert.equal(error.index, 3);
          }
        });

        it('are not told of when all was ended before their turn', async () => {
          const first = async (x: number) => {
            if (x === 0) await new Promise(() => {});
            throw new RangeError('one');
          };
          const controller = new AbortController();
          const { signal } = controller;
          setTimeout(() => controller.abort(), 200);
          const run = Parallel({ nJobs: 2, backend, batchSize: 1, returnAs: 'generator', signal });
          const { before, error } = await outcomeOf(run([0, 1].map((x) => delayed(first)(x))));
          assert.deepEqual(before, []);
          assert.equal(error.code, 'ERR_ABORTED');
        });

        it('are of the iterable, too, and of arguments that cannot be sent', async () => {
          const thrown = new Error('no more');
          const { before, error } = await outcomeOf(
            ordered(
              (function* () {
                for (let x = 0; x < 5; x++) yield delayed(square)(x);
                throw thrown;
              })(),
            ),
          );
          assert.deepEqual([before, error], [[0, 1, 4, 9, 16], thrown]);
          async function* broken() {
            for (let x = 0; x < 5; x++) yield delayed(square)(x);
            throw thrown;
          }
          assert.deepEqual(await outcomeOf(ordered(broken())), { before: [0, 1, 4, 9, 16], error: thrown });
          if (backend !== 'threads') return;
          const calls = [1, 2, new WeakMap(), 3].map((x) => delayed((value: unknown) => value)(x));
          const refused = await outcomeOf(ordered(calls));
          assert.deepEqual(refused.before, [1, 2]);
          assert.match(refused.error.message, /the arguments of call 2/);
        });
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

      it('gives a generator that ends everything when its loop is left', async () => {
        let isClosed = false;
        async function* endless() {
          try {
            for (let i = 0; ; i++) yield delayed(square)(i);
          } finally {
            isClosed = true;
          }
        }
        const seen: number[] = [];
        for await (const value of Parallel({ nJobs: 2, backend, returnAs: 'generator' })(endless())) {
          seen.push(value);
          if (value > 200) break;
        }
        assert.deepEqual(seen, numbers.slice(0, seen.length).map(square));
        assert.ok(isClosed);
      });

      it('begins before its results are asked for, and ends with a generator that nobody has begun', async () => {
        const begun = new Int32Array(new SharedArrayBuffer(4));
        const count = async () => {
          Atomics.add(begun, 0, 1);
          await new Promise((resolve) => setTimeout(resolve, 20));
        };
        let isClosed = false;
        function* endless() {
          try {
            for (;;) yield delayed(count)();
          } finally {
            isClosed = true;
          }
        }
        const results = Parallel({ nJobs: 2, backend, batchSize: 1, returnAs: 'generator' })(endless());
        while (Atomics.load(begun, 0) === 0) await sleep(5);
        await results.return();
        while (!isClosed) await sleep(5);
        await sleep(100);
        const before = Atomics.load(begun, 0);
        await sleep(100);
        assert.equal(Atomics.load(begun, 0), before);
      });

      it('gives results as they come with generatorUnordered', async () => {
        const seen = [];
        const generator = Parallel({ nJobs: 2, backend, returnAs: 'generatorUnordered' })(callsOf(50));
        for await (const value of generator) seen.push(value);
        assert.deepEqual(
          seen.toSorted((a, b) => a - b),
          numbers.slice(0, 50).map(square),
        );
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

  it('fails a call that takes too long, by name', async () => {
    const spin = (ms: number) => {
      for (const end = Date.now() + ms; Date.now() < end; );
      return ms;
    };
    const error = await failure(
      Parallel({ nJobs: 2, timeout: 300 })([1, 60_000, 2].map((ms) => delayed(spin)(ms))),
    );
    assert.equal(error.code, 'ERR_CALL_TIMEOUT');
    assert.equal(error.index, 1);
    assert.match(error.message, /^call 1: the function ran longer than the timeout of 300 ms/);
  });

  it('refuses what it does not know', () => {
    const refused = (body: () => unknown, message: RegExp) =>
      assert.throws(
        body,
        (error: ApplyError) => error.code === 'ERR_INVALID_OPTION' && message.test(error.message),
      );
    refused(
      () => Parallel({ n_jobs: 2 } as never),
      /Parallel has no option 'n_jobs'; did you mean 'nJobs'\?/,
    );
    refused(
      () => Parallel([delayed(square)(1)] as never),
      /the calls come after the options: Parallel\(\)\(calls\)$/,
    );
    refused(() => Parallel({ nJobs: 0 }), /^Parallel: nJobs must be a whole number other than 0 .*, got 0$/);
    refused(() => Parallel({ preDispatch: 'some' }), /preDispatch must be 'all', a positive number/);
    refused(() => Parallel({ preDispatch: 0 }), /preDispatch must be/);
    refused(
      () => Parallel({ backend: 'loky' as never }),
      /backend must be 'threads', 'processes', 'async' or 'inline'/,
    );
    refused(() => Parallel()(5 as never), /Parallel takes an iterable, async or not, got 5/);
    refused(() => delayed(5 as never), /delayed: fn must be a function, got 5/);
  });

  it('says which item is no call', async () => {
    const error = await failure(Parallel({ nJobs: 2 })([delayed(square)(1), square as never]));
    assert.match(
      error.message,
      /^Parallel: call 1 is \[Function: square\]; expected delayed\(fn\)\(\.\.\.args\)$/,
    );
  });

  it('gives what came before a call that ended its worker, though other workers never come to an end', async () => {
    const ending = async (x: number) => {
      if (x < 4) await new Promise((resolve) => setTimeout(resolve, 30));
      if (x === 4) process.exit();
      if (x > 4) await new Promise(() => {});
      return x;
    };
    for (let run = 0; run < 3; run++) {
      const results = Parallel({ nJobs: 2, batchSize: 5, returnAs: 'generator' })(
        numbers.slice(0, 10).map((x) => delayed(ending)(x)),
      );
      const before: number[] = [];
      await assert.rejects(
        async () => {
          for await (const value of results) before.push(value);
        },
        { code: 'ERR_WORKER_EXITED', index: 4 },
      );
      assert.deepEqual(before, [0, 1, 2, 3]);
    }
  });

  it('ends the process of a generator that is left lying about after a call has failed', async () => {
    const { stdout, code } = await runScript(`
      import { parmap } from 'apply-parallel';
      const results = parmap(async (x) => {
        if (x === 1) throw new Error('one');
        if (x > 1) await new Promise(() => {});
        return x;
      }, [0, 1, 2, 3], { nprocs: 2, batchSize: 1, returnAs: 'generator' });
      console.log((await results.next()).value);
    `);
    assert.deepEqual([stdout, code], ['0\n', 0]);
  });

  it('fails with what a progress function throws, whatever the results are', async () => {
    const bare = () => Object.create(null) as object;
    const progress = () => {
      throw new Error('progress');
    };
    for (const returnAs of ['list', 'generator', 'generatorUnordered'] as const) {
      const run = Parallel({ nJobs: 2, batchSize: 1, returnAs: returnAs as 'generator', progress });
      await assert.rejects(
        async () => {
          const results = run([1, 2].map(() => delayed(bare)()));
          if (returnAs === 'list') await results;
          else for await (const _ of results);
        },
        { message: 'progress' },
      );
    }
  });

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
