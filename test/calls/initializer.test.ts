import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { threadId } from 'node:worker_threads';
import { createExecutor, delayed, Parallel, parmap, shutdown } from 'apply-parallel';

after(() => shutdown());

describe('initializer of calls', () => {
  for (const [name, options] of [
    ['in workers', { nJobs: 2 }],
    ['inline', { nJobs: 1 }],
    ['in the event loop', { backend: 'async' }],
  ] as const) {
    test(`runs once a thread before its first call, ${name}`, async () => {
      const state = { runs: 0, ready: false };
      const initializer = async () => {
        state.runs++;
        await new Promise((resolve) => setTimeout(resolve, 5));
        state.ready = true;
      };
      const call = (x: number) => ({ x, thread: threadId, ready: state.ready, runs: state.runs });
      const made = await Parallel({ ...options, initializer, batchSize: 1 })(
        Array.from({ length: 30 }, (_, x) => delayed(call)(x)),
      );
      assert.deepEqual(
        made.map(({ x }) => x),
        Array.from({ length: 30 }, (_, x) => x),
      );
      assert.ok(made.every(({ ready, runs }) => ready && runs === 1));
      assert.equal(state.ready, name !== 'in workers', 'this thread keeps its own');
    });
  }

  test('runs for each function, with its objects', async () => {
    const a = { value: 0 };
    const b = { value: 0 };
    const initializer = () => {
      a.value++;
      b.value++;
    };
    const made = await Parallel({ nJobs: 1, backend: 'threads', initializer })([
      delayed(() => a.value)(),
      delayed(() => b.value)(),
    ]);
    assert.ok(made.every((value) => value >= 1));
  });

  test('of parmap, of generators and of executors', async () => {
    const state = { prices: new Map<string, number>() };
    const initializer = () => {
      state.prices = new Map([['tea', 3]]);
    };
    const priceOf = (item: string) => state.prices.get(item);
    assert.deepEqual(await parmap(priceOf, ['tea', 'jam'], { nprocs: 2, initializer }), [3, undefined]);
    const found: unknown[] = [];
    for await (const price of parmap(priceOf, ['tea', 'tea'], {
      nprocs: 2,
      initializer,
      returnAs: 'generator',
    })) {
      found.push(price);
    }
    assert.deepEqual(found, [3, 3]);
    for (const maxWorkers of [1, 2]) {
      await using executor = createExecutor({ maxWorkers, initializer });
      assert.equal(await executor.submit(priceOf, 'tea'), 3);
      assert.equal(await executor.submit(priceOf, 'tea'), 3);
      const mapped: unknown[] = [];
      for await (const price of executor.map(priceOf, ['tea', 'tea'])) mapped.push(price);
      assert.deepEqual(mapped, [3, 3]);
    }
    const runs = { count: 0 };
    await using executor = createExecutor({ kind: 'async', initializer: () => void runs.count++ });
    await Promise.all([executor.submit(() => 1), executor.submit(() => 2)]);
    for await (const _ of executor.map((x: number) => x, [1, 2]));
    assert.equal(runs.count, 1);
  });

  test('that fails ends the calls once, and says where', async () => {
    const initializer = () => {
      throw new RangeError('no model');
    };
    const told = {
      code: 'ERR_INITIALIZER_FAILED',
      message: /the initializer failed in worker \d: RangeError: no model/,
    };
    await assert.rejects(Parallel({ nJobs: 2, initializer, retries: 3 })([delayed(Math.sqrt)(4)]), told);
    await assert.rejects(
      parmap((x: number) => x, [1, 2, 3], { nprocs: 2, initializer }),
      told,
    );
    await assert.rejects(Parallel({ nJobs: 1, initializer })([delayed(Math.sqrt)(4)]), {
      code: 'ERR_INITIALIZER_FAILED',
      message: 'the initializer failed: RangeError: no model',
    });
    const executor = createExecutor({ maxWorkers: 2, initializer });
    await assert.rejects(executor.submit(Math.sqrt, 4), told);
    await executor.shutdown();
    assert.deepEqual(await Parallel({ nJobs: 2 })([delayed(Math.sqrt)(4)]), [2], 'the pool lives');
  });

  test('that ends its worker, or hangs', async () => {
    await assert.rejects(
      Parallel({ nJobs: 2, initializer: () => process.exit(3) })([delayed(Math.sqrt)(4)]),
      {
        code: 'ERR_INITIALIZER_FAILED',
      },
    );
    // Neither the signal nor the timer keeps the process alive.
    const alive = setInterval(() => undefined, 1_000);
    for (const nJobs of [1, 2]) {
      const signal = AbortSignal.timeout(300);
      const initializer = () => new Promise<void>((resolve) => setTimeout(resolve, 60_000).unref());
      await assert.rejects(Parallel({ nJobs, initializer, signal })([delayed(Math.sqrt)(4)]), {
        code: 'ERR_ABORTED',
      });
    }
    clearInterval(alive);
  });

  test('that is no function', () => {
    assert.throws(() => Parallel({ initializer: 3 as never }), {
      code: 'ERR_INVALID_OPTION',
      message: /must be a function/,
    });
    assert.throws(() => createExecutor({ initializer: 'x' as never }), { code: 'ERR_INVALID_OPTION' });
  });
});
