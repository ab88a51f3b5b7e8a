// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApplyError, CallError, parmap } from 'apply-parallel';

const square = (x: number) => x * x;

describe('parmap', () => {
  it('maps in order, any iterable, with any number of processors', async () => {
    const expected = Array.from({ length: 500 }, (_, i) => i * i);
    for (const nprocs of [1, 2, 3, undefined]) {
      assert.deepEqual(
        await parmap(square, new Map(expected.map((_, i) => [i, i])).keys(), { nprocs }),
        expected,
      );
    }
    assert.deepEqual(await parmap((word) => word.toUpperCase(), 'abc', { nprocs: 2 }), ['A', 'B', 'C']);
    assert.deepEqual(await parmap(square, []), []);
  });

  it('passes the item alone, whatever it is', async () => {
    const seen = await parmap((...args: unknown[]) => args, [[1, 2], undefined, 'x'], { nprocs: 2 });
    assert.deepEqual(seen, [[[1, 2]], [undefined], ['x']]);
  });

  it('is lazy over an endless iterable, in both directions', async () => {
    const taken: number[] = [];
    let isClosed = false;
    async function* endless() {
      try {
        for (let i = 0; ; i++) {
          taken.push(i);
          yield i;
        }
      } finally {
        isClosed = true;
      }
    }
    const results = parmap(square, endless(), {
      nprocs: 2,
      batchSize: 1,
      preDispatch: 8,
      returnAs: 'generator',
    });
    assert.deepEqual(await results.next(), { done: false, value: 0 });
    // Nobody takes any: everything comes to rest.
    await sleep(200);
    assert.ok(taken.length <= 9, `${taken.length}`);
    assert.deepEqual(await results.next(), { done: false, value: 1 });
    await results.return();
    assert.ok(isClosed);
    assert.deepEqual(await results.next(), { done: true, value: undefined });
  });

  it('ends at the first error, after the results before it', async () => {
    const root = (x: number) => {
      if (x < 0) throw new RangeError(`${x} is negative`);
      return Math.sqrt(x);
    };
    const results = parmap(root, [4, 9, -1, 16], {
      nprocs: 2,
      batchSize: 1,
      preDispatch: 1,
      returnAs: 'generator',
    });
    const seen: number[] = [];
    await assert.rejects(
      async () => {
        for await (const value of results) seen.push(value);
      },
      (error) => error instanceof CallError && error.index === 2 && /-1 is negative/.test(error.message),
    );
    assert.deepEqual(seen, [2, 3]);
  });

  it('does not wait for an item that never comes', async () => {
    async function* stuck() {
      yield 1;
      await new Promise(() => {});
    }
    const seen: number[] = [];
    for await (const value of parmap(square, stuck(), { nprocs: 2, returnAs: 'generator' })) {
      seen.push(value);
      break;
    }
    assert.deepEqual(seen, [1]);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const { signal } = controller;
    await assert.rejects(parmap(square, stuck(), { nprocs: 2, signal }), { code: 'ERR_ABORTED' });
  });

  for (const options of [
    { nprocs: 2 },
    { nprocs: 2, returnAs: 'generatorUnordered' },
    { nprocs: 1 },
    { backend: 'async' },
  ] as const) {
    it(`ends while a result is waited for, ${JSON.stringify(options)}`, async () => {
      const never = () => new Promise<number>(() => {});
      for (const leave of ['return', 'throw'] as const) {
        const results = parmap(never, [1, 2], { returnAs: 'generator', ...options });
        const waiting = results.next();
        await sleep(100);
        const left = leave === 'return' ? results.return() : results.throw(new Error('enough'));
        assert.deepEqual(await waiting, { done: true, value: undefined });
        if (leave === 'return') assert.deepEqual(await left, { done: true, value: undefined });
        else await assert.rejects(left, /enough/);
      }
      // Its workers are free.
      assert.deepEqual(await parmap(square, [1, 2], { ...options, returnAs: 'list' }), [1, 4]);
    });
  }

  it('refuses what it does not know', () => {
    const refused = (body: () => unknown, message: RegExp) =>
      assert.throws(
        body,
        (error: ApplyError) => error.code === 'ERR_INVALID_OPTION' && message.test(error.message),
      );
    refused(() => parmap(5 as never, []), /parmap: fn must be a function, got 5/);
    refused(() => parmap(square, 5 as never), /parmap takes an iterable, async or not, got 5/);
    refused(
      () => parmap(square, [], { nJobs: 2 } as never),
      /^parmap has no option 'nJobs'; did you mean 'nprocs'\?/,
    );
    refused(
      () => parmap(square, [], { procs: 2 } as never),
      /parmap has no option 'procs'; did you mean 'nprocs'/,
    );
    refused(() => parmap(square, [], { nprocs: 0 }), /^parmap: nprocs must be a whole number other than 0/);
    refused(() => parmap(square, [], { n_jobs: 2 } as never), /did you mean 'nprocs'\?/);
    refused(() => parmap(square, [], 2 as never), /got 2; did you mean \{ nprocs: 2 \}\?$/);
    refused(() => parmap(square, [], null as never), /^parmap: options must be an object, got null/);
  });
});
