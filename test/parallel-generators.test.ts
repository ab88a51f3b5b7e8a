// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CallError, delayed, Parallel } from 'apply-parallel';

const backends = ['threads', 'inline', 'async'] as const;
const square = (x: number) => x * x;
const numbers = Array.from({ length: 100 }, (_, i) => i);

function* callsOf(count: number, taken: number[] = []) {
  for (let i = 0; i < count; i++) {
    taken.push(i);
    yield delayed(square)(i);
  }
}

describe('generators of Parallel', () => {
  for (const backend of backends) {
    describe(backend, () => {
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
    });
  }
});
