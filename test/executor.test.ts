// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { type ApplyError, CallError, createExecutor, Future } from 'apply-parallel';

const square = (x: number) => x * x;
const spin = (ms: number) => {
  for (const end = Date.now() + ms; Date.now() < end; );
  return ms;
};

for (const kind of ['threads', 'async'] as const) {
  describe(`createExecutor, ${kind}`, () => {
    it('submits, and hands results and exceptions to whoever waits', async () => {
      await using executor = createExecutor({ kind, maxWorkers: 2 });
      const futures = [1, 2, 3].map((x) => executor.submit(square, x));
      assert.ok(futures.every((future) => future instanceof Future && !future.done()));
      assert.deepEqual(await Promise.all(futures), [1, 4, 9]);
      assert.ok(futures.every((future) => future.done() && !future.running() && !future.cancelled()));
      const failing = executor.submit((x: number) => {
        throw Object.assign(new RangeError(`no ${x}`), { code: 'E_NO' });
      }, 7);
      await assert.rejects(failing, { name: 'RangeError', message: 'no 7', code: 'E_NO' });
      assert.equal(await executor.submit(async () => 'async'), 'async');
    });

    it('is printed with its state, and so are futures', async () => {
      await using executor = createExecutor({ kind, maxWorkers: 2 });
      const done = executor.submit(square, 2);
      const failed = executor.submit(() => {
        throw new Error('no');
      });
      assert.equal(inspect(done), 'Future { pending }');
      assert.equal(
        inspect(executor),
        `Executor { kind: '${kind}', maxWorkers: 2, submitted: 2, unsettled: 2 }`,
      );
      await Promise.allSettled([done, failed]);
      assert.equal(inspect([done, failed]), '[ Future { done }, Future { failed } ]');
      await executor.shutdown();
      assert.match(inspect(executor, { breakLength: Infinity }), /unsettled: 0, shutDown: true/);
    });

    it('runs thousands of small calls', async () => {
      await using executor = createExecutor({ kind, maxWorkers: 2 });
      const futures = Array.from({ length: 5000 }, (_, i) => executor.submit(square, i));
      assert.deepEqual(
        await Promise.all(futures),
        futures.map((_, i) => i * i),
      );
    });

    it('sees variables as they are when the call is submitted', async () => {
      await using executor = createExecutor({ kind, maxWorkers: 2 });
      let rate = 2;
      const scale = (x: number) => x * rate;
      assert.equal(await executor.submit(scale, 10), 20);
      rate = 3;
      assert.equal(await executor.submit(scale, 10), 30);
    });

    it('maps over several iterables, in order, taking no more than it needs', async () => {
      await using executor = createExecutor({ kind, maxWorkers: 2 });
      const taken: number[] = [];
      async function* endless() {
        for (let i = 0; ; i++) {
          taken.push(i);
          yield i;
        }
      }
      const sums: number[] = [];
      for await (const sum of executor.map((a: number, b: number) => a + b, endless(), [10, 20, 30]))
        sums.push(sum);
      assert.deepEqual(sums, [10, 21, 32]);
      const reciprocal = (x: number) => {
        if (x === 2) throw new RangeError('two');
        return x;
      };
      const failing = executor.map(reciprocal, endless());
      const before: number[] = [];
      const collect = async () => {
        for await (const value of failing) before.push(value);
      };
      await assert.rejects(collect(), { code: 'ERR_CALL_FAILED', index: 2 });
      assert.deepEqual(before, [0, 1]);
    });

    it('ends a loop over map while a result is waited for', async () => {
      await using executor = createExecutor({ kind, maxWorkers: 2 });
      const results = executor.map((_: number) => new Promise(() => {}), [1, 2]);
      const waiting = results.next();
      await sleep(100);
      assert.deepEqual(await results.return(), { done: true, value: undefined });
      assert.deepEqual(await waiting, { done: true, value: undefined });
      assert.equal(await executor.submit(square, 3), 9);
    });

    it('has any number of loops at a time', async () => {
      const warnings: string[] = [];
      const onWarning = ({ name }: Error) => void warnings.push(name);
      process.on('warning', onWarning);
      await using executor = createExecutor({ kind, maxWorkers: 2 });
      const loops = Array.from({ length: 12 }, (_, k) => executor.map(square, [k, k]));
      const firsts = await Promise.all(loops.map((loop) => loop.next()));
      assert.deepEqual(
        firsts.map(({ value }) => value),
        loops.map((_, k) => k * k),
      );
      await Promise.all(loops.map((loop) => loop.return()));
      process.off('warning', onWarning);
      assert.ok(!warnings.includes('MaxListenersExceededWarning'));
    });

    it('cancels what has not begun, and nothing else', async () => {
      await using executor = createExecutor({ kind, maxWorkers: 1 });
      const wait = (ms: number) => new Promise((resolve) => setTimeout(() => resolve(ms), ms));
      const [first, second, third] = [150, 1, 1].map((ms) => executor.submit(wait, ms));
      assert.equal(third.cancel(), true, 'nothing has been sent yet');
      while (!first.running()) await sleep(5);
      assert.equal(first.cancel(), false);
      assert.equal(second.cancel(), true);
      assert.equal(second.cancel(), true, 'again');
      await assert.rejects(second, {
        code: 'ERR_ABORTED',
        message: 'the call was cancelled before it began',
      });
      assert.deepEqual(
        [first, second, third].map((future) => future.cancelled()),
        [false, true, true],
      );
      assert.equal(await first, 150);
      assert.equal(first.cancel(), false);
    });

    it('waits for what was submitted when it is shut down, and takes no more', async () => {
      const executor = createExecutor({ kind, maxWorkers: 2 });
      const futures = Array.from({ length: 20 }, (_, i) => executor.submit(square, i));
      await executor.shutdown();
      assert.ok(futures.every((future) => future.done()));
      const refused = (error: ApplyError) =>
        error.code === 'ERR_ABORTED' && /has been shut down/.test(error.message);
      assert.throws(() => executor.submit(square, 1), refused);
      assert.throws(() => executor.map(square, [1]), refused);
      await executor.shutdown();
    });

    it('cancels what waits when it is shut down with cancelFutures', async () => {
      const executor = createExecutor({ kind, maxWorkers: 1 });
      const wait = (ms: number) => new Promise((resolve) => setTimeout(() => resolve(ms), ms));
      const futures = Array.from({ length: 5 }, () => executor.submit(wait, 100));
      while (!futures[0].running()) await sleep(5);
      await executor.shutdown({ cancelFutures: true });
      assert.deepEqual(
        futures.map((future) => future.cancelled()),
        [false, true, true, true, true],
      );
      assert.equal(await futures[0], 100);
    });

    it('does not wait with wait: false', async () => {
      const executor = createExecutor({ kind, maxWorkers: 1 });
      const future = executor.submit(() => new Promise((resolve) => setTimeout(() => resolve('late'), 100)));
      await executor.shutdown({ wait: false });
      assert.equal(future.done(), false);
      assert.equal(await future, 'late');
    });

    it('refuses what it does not know', () => {
      const refused = (body: () => unknown, message: RegExp) =>
        assert.throws(
          body,
          (error: ApplyError) => error.code === 'ERR_INVALID_OPTION' && message.test(error.message),
        );
      refused(
        () => createExecutor({ kind: 'loky' as never }),
        /kind must be 'threads', 'processes' or 'async'/,
      );
      refused(() => createExecutor({ maxWorkers: 0 }), /maxWorkers must be a positive whole number, got 0/);
      refused(() => createExecutor({ workers: 2 } as never), /createExecutor has no option 'workers'/);
      const executor = createExecutor({ kind });
      refused(() => executor.submit(5 as never), /submit: fn must be a function, got 5/);
      refused(() => executor.map(square, 5 as never), /map takes an iterable, async or not, got 5/);
      refused(() => executor.map((() => 1) as never), /map takes at least one iterable/);
    });
  });
}

describe('createExecutor', () => {
  it('bounds the calls under way with async, submitted or mapped', async () => {
    await using executor = createExecutor({ kind: 'async', maxWorkers: 10 });
    const under = { now: 0, most: 0 };
    const wait = async (_: number) => {
      under.now++;
      under.most = Math.max(under.most, under.now);
      await sleep(2);
      under.now--;
    };
    const futures = Array.from({ length: 500 }, () => executor.submit(wait, 0));
    for await (const _ of executor.map(wait, Array(100).fill(0))) assert.ok(under.now <= 10);
    await Promise.all(futures);
    assert.equal(under.most, 10);
  });

  it('copies arguments at once, and a function when its first call of a turn is submitted', async () => {
    await using executor = createExecutor({ maxWorkers: 2 });
    const config = { step: 0 };
    const step = () => config.step;
    const futures: Future<number>[] = [];
    for (config.step = 0; config.step < 3; config.step++) {
      futures.push(
        executor.submit(step),
        executor.submit((given: typeof config) => given.step, config),
        executor.submit(() => step()),
      );
    }
    assert.deepEqual(await Promise.all(futures), [0, 0, 0, 0, 1, 1, 0, 2, 2]);
    assert.equal(await executor.submit(step), 3);
  });

  it('keeps what calls change in a worker until the function is different here', async () => {
    await using executor = createExecutor({ maxWorkers: 1 });
    const seen: number[] = [];
    // Large ones go through shared memory.
    const large = { array: new Float64Array(100_000), text: 'x'.repeat(100_000) };
    const count = async (x: number) => {
      const { threadId } = await import('node:worker_threads');
      return { threadId, length: seen.push(x), state: [large.array[9], large.text.length] };
    };
    // The pool's threads take turns: each has a copy of its own.
    const lengths = new Map<number, number>();
    const check = ({ threadId, length }: Awaited<ReturnType<typeof count>>) => {
      assert.equal(length, (lengths.get(threadId) ?? seen.length) + 1);
      lengths.set(threadId, length);
    };
    for (let turn = 0; turn < 5; turn++) {
      for (const each of await Promise.all([1, 2].map((x) => executor.submit(count, x)))) check(each);
    }
    assert.ok(Math.max(...lengths.values()) > 2);
    assert.equal(seen.length, 0);
    for (const change of [
      () => seen.push(1),
      () => large.array.fill(1),
      () => Object.assign(large, { text: 'y'.repeat(100_000) }),
    ]) {
      change();
      lengths.clear();
      const counted = await executor.submit(count, 1);
      check(counted);
      assert.deepEqual(counted.state, [large.array[9], 100_000]);
    }
    lengths.clear();
    for await (const each of executor.map(count, [1, 2, 3])) check(each);
  });

  it('fails one call that takes too long, and no other', async () => {
    await using executor = createExecutor({ maxWorkers: 2, timeout: 300 });
    const results = await Promise.allSettled([1, 60_000, 2, 3].map((ms) => executor.submit(spin, ms)));
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    );
    const { reason } = results[1] as PromiseRejectedResult;
    assert.ok(reason instanceof CallError && reason.code === 'ERR_CALL_TIMEOUT');
  });

  it('says at once what cannot be sent', async () => {
    await using executor = createExecutor({ maxWorkers: 2 });
    assert.throws(() => executor.submit(String, new WeakMap()), { code: 'ERR_UNSHIPPABLE' });
    assert.equal(await executor.submit(String, 5), '5');
    await assert.rejects(
      executor.submit(() => new WeakMap()),
      { code: 'ERR_BAD_RESULT' },
    );
  });
});
