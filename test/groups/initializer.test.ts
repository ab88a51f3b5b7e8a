// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import {
  ApplyError,
  applyParallel,
  cogroup,
  groupby,
  Memory,
  mapBatches,
  shareArray,
  transformParallel,
} from 'apply-parallel';

const n = 60;
const k = Int32Array.from({ length: n }, (_, i) => i);
const grouped = groupby({ k, x: Float64Array.from(k) }, 'k');
type Group = { k: Int32Array; x: Float64Array };

const initializerError = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ApplyError);
  assert.equal(error.code, 'ERR_INITIALIZER_FAILED');
  assert.match(error.message, message);
  return true;
};

describe('initializer', () => {
  it('runs once in every worker before its first group, and shares its objects with the function', async () => {
    const runs = shareArray(new Int32Array(1));
    const state: { table?: Map<number, number> } = {};
    const factor = 3;
    for (const options of [{ nJobs: 2 }, { backend: 'inline' }, { backend: 'async' }] as const) {
      runs[0] = 0;
      delete state.table;
      const out = await applyParallel(
        grouped,
        (_, { key }) => {
          if (state.table === undefined) throw new Error('not initialized');
          return { y: [state.table.get(key as number) ?? -1], thread: [threadId] };
        },
        {
          ...options,
          input: 'columns',
          output: 'records',
          batchSize: 1,
          initializer: async () => {
            await sleep(1);
            Atomics.add(runs, 0, 1);
            state.table = new Map(Array.from({ length: 60 }, (_, i) => [i, i * factor]));
          },
        },
      );
      assert.deepEqual(
        out.map(({ y }) => y),
        Array.from(k, (i) => i * factor),
      );
      const threads = new Set(out.map(({ thread }) => thread));
      assert.ok(runs[0] >= threads.size && runs[0] <= 2, `${runs[0]} runs in ${threads.size} threads`);
      // The objects of this thread change only where the initializer ran in it.
      assert.equal(state.table === undefined, 'nJobs' in options);
    }
  });

  it('runs again in every call, and not again for the later tasks of one', async () => {
    const runs = shareArray(new Int32Array(1));
    const counter = { count: 0 };
    const options = {
      nJobs: 2,
      initializer: () => {
        Atomics.add(runs, 0, 1);
        counter.count = 1000;
      },
    };
    // A generator whose results are taken slowly works in many passes.
    for (let call = 1; call <= 2; call++) {
      const counts: number[] = [];
      for await (const { frame } of applyParallel(grouped, () => ({ count: [counter.count++] }), {
        ...options,
        input: 'columns',
        batchSize: 1,
        returnAs: 'generator',
      })) {
        counts.push((frame.count as Float64Array)[0]);
        if (counts.length % 10 === 0) await sleep(5);
      }
      assert.equal(counts.length, n);
      assert.ok(counts.every((each) => each >= 1000 && each < 1000 + n));
      assert.ok(runs[0] > 2 * (call - 1) && runs[0] <= 2 * call, `${runs[0]} runs after call ${call}`);
    }
  });

  it('runs again in a worker that replaces one', async () => {
    const runs = shareArray(new Int32Array(1));
    const state = { isReady: false };
    const attempts = shareArray(new Int32Array(1));
    const out = await applyParallel(
      grouped,
      (g: Group, { index }) => {
        if (!state.isReady) throw new Error('not initialized');
        if (index === 30 && Atomics.add(attempts, 0, 1) === 0) process.exit(1);
        return g;
      },
      {
        nJobs: 2,
        retries: 1,
        initializer: () => {
          Atomics.add(runs, 0, 1);
          state.isReady = true;
        },
      },
    );
    assert.deepEqual(out.k, k);
    assert.ok(runs[0] === 2 || runs[0] === 3, `${runs[0]} runs`);
  });

  it('takes its arguments by closure, and goes with other verbs', async () => {
    const setUp = (rate: number) => () => {
      (globalThis as { rate?: number }).rate = rate;
    };
    const out = await transformParallel(
      grouped,
      (g: Group) => ({ y: g.x.map((x) => x * ((globalThis as { rate?: number }).rate ?? Number.NaN)) }),
      { nJobs: 2, initializer: setUp(2) },
    );
    assert.deepEqual(
      out.y,
      Float64Array.from(k, (i) => 2 * i),
    );
    const state = { ready: 0 };
    const both = await applyParallel(cogroup(grouped, grouped), () => ({ ready: [state.ready] }), {
      nJobs: 2,
      input: 'columns',
      initializer: () => {
        state.ready = 1;
      },
    });
    assert.ok([...(both.ready as Float64Array)].every((each) => each === 1));
  });

  it('runs once for all frames of an iterable', async () => {
    const runs = shareArray(new Int32Array(1));
    const state = { factor: 0 };
    async function* frames() {
      for (let i = 0; i < 30; i++) {
        await sleep(2);
        yield { x: Float64Array.of(i) };
      }
    }
    for (const options of [{ nJobs: 2 }, { backend: 'inline' }] as const) {
      runs[0] = 0;
      const out = await mapBatches(frames(), (g) => ({ y: g.x.map((x) => x * state.factor) }), {
        ...options,
        initializer: () => {
          Atomics.add(runs, 0, 1);
          state.factor = 2;
        },
      });
      assert.deepEqual(
        out.y,
        Float64Array.from({ length: 30 }, (_, i) => 2 * i),
      );
      assert.ok(runs[0] >= 1 && runs[0] <= 2, `${runs[0]} runs`);
    }
  });

  it('fails the call once, with the worker, its error and its place', async () => {
    for (const returnAs of ['frame', 'generator'] as const) {
      const runs = shareArray(new Int32Array(1));
      let rejections = 0;
      const call = async () => {
        const results = applyParallel(
          grouped,
          () => {
            Atomics.add(runs, 0, 1);
            return null;
          },
          {
            nJobs: 2,
            onError: 'skip',
            retries: 3,
            returnAs,
            initializer: async function connect() {
              await sleep(1);
              throw new RangeError('no server', { cause: 'cable' });
            },
          },
        );
        if (returnAs === 'generator') for await (const _ of results as AsyncIterable<unknown>);
        else await results;
      };
      const error = await call().catch((thrown: unknown) => {
        rejections++;
        return thrown;
      });
      assert.ok(initializerError(/^the initializer failed in worker [01]: RangeError: no server$/)(error));
      const { cause, stack } = error as ApplyError;
      assert.ok(cause instanceof RangeError);
      assert.equal(cause.cause, 'cable');
      assert.match(String(stack), /at (async )?connect .*initializer\.test\.ts:\d+/);
      assert.match(String(cause.stack), /initializer\.test\.ts/);
      assert.deepEqual([rejections, runs[0]], [1, 0]);
    }
    // The pool works for the next call.
    assert.deepEqual((await applyParallel(grouped, (g: Group) => g, { nJobs: 2 })).k, k);
  });

  it('fails in this thread too, with anything it throws', async () => {
    for (const backend of ['inline', 'async'] as const) {
      const call = applyParallel(grouped, (g) => g, {
        backend,
        initializer: () => Promise.reject(new TypeError('no')),
      });
      await assert.rejects(call, initializerError(/^the initializer failed: TypeError: no$/));
      const other = applyParallel(grouped, (g) => g, {
        backend,
        initializer: () => {
          throw undefined;
        },
      });
      await assert.rejects(other, initializerError(/^the initializer failed: it threw undefined$/));
    }
  });

  it('that ends its workers fails the call, and no other', async () => {
    const busy = applyParallel(
      grouped,
      async (g: Group) => {
        await sleep(20);
        return g;
      },
      { nJobs: 2 },
    );
    const call = applyParallel(grouped, (g) => g, { nJobs: 2, initializer: () => process.exit(3) });
    await assert.rejects(call, initializerError(/^the initializer ended worker [01].*process\.exit\(\)/));
    assert.deepEqual((await busy).k, k);
    assert.deepEqual((await applyParallel(grouped, (g: Group) => g, { nJobs: 2 })).k, k);
  });

  it('that never ends is ended with the call', async (context) => {
    // Timeouts of signals do not keep a process alive, and neither does an initializer that waits for
    // nothing.
    const alive = setInterval(() => {}, 1000);
    context.after(() => clearInterval(alive));
    for (const initializer of [() => new Promise(() => {}), () => sleep(1e9, undefined, { ref: false })]) {
      for (const options of [{ nJobs: 2 }, { backend: 'inline' }, { backend: 'async' }] as const) {
        const call = applyParallel(grouped, (g) => g, {
          ...options,
          initializer,
          signal: AbortSignal.timeout(100),
        });
        await assert.rejects(call, { code: 'ERR_ABORTED' });
      }
    }
    const loop = applyParallel(grouped, (g) => g, {
      nJobs: 2,
      signal: AbortSignal.timeout(100),
      initializer: () => {
        for (;;);
      },
    });
    await assert.rejects(loop, { code: 'ERR_ABORTED' });
    assert.deepEqual((await applyParallel(grouped, (g: Group) => g, { nJobs: 2 })).k, k);
  });

  it('counts for the cache, and does not run if all groups are known', async () => {
    const cache = new Memory({ location: await mkdtemp(join(tmpdir(), 'apply-parallel-initializer-')) });
    const runs = shareArray(new Int32Array(1));
    const state = { rate: 0 };
    const fn = (g: Group) => ({ y: g.x.map((x) => x * state.rate) });
    const at = (wanted: number) => {
      const initializer = () => {
        Atomics.add(runs, 0, 1);
        state.rate = wanted;
      };
      return applyParallel(grouped, fn, { nJobs: 2, cache, initializer });
    };
    const twice = await at(2);
    assert.ok(runs[0] > 0);
    runs[0] = 0;
    assert.deepEqual(await at(2), twice);
    assert.equal(runs[0], 0);
    assert.deepEqual(
      (await at(3)).y,
      Float64Array.from(k, (i) => 3 * i),
    );
  });

  it('must be a function that can travel', async () => {
    await assert.rejects(
      applyParallel(grouped, (g) => g, { initializer: 'connect' as never }),
      { code: 'ERR_INVALID_OPTION', message: /initializer must be a function, got 'connect'/ },
    );
    let variable = 0;
    await assert.rejects(
      applyParallel(grouped, (g) => g, {
        nJobs: 2,
        initializer: () => {
          variable = 1;
        },
      }),
      (error: unknown) =>
        error instanceof ApplyError &&
        error.code === 'ERR_UNSHIPPABLE' &&
        /initializer -> variable: .* set a property of an object that both use/.test(error.message),
    );
    assert.equal(variable, 0);
    const promise = Promise.resolve();
    await assert.rejects(
      applyParallel(grouped, (g) => g, { nJobs: 2, initializer: () => promise }),
      (error: unknown) =>
        error instanceof ApplyError &&
        error.code === 'ERR_UNSHIPPABLE' &&
        /initializer.*promise/.test(error.message),
    );
  });
});
