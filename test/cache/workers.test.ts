// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { tableFromArrays } from 'apache-arrow';
import {
  applyParallel,
  createExecutor,
  delayed,
  expiresAfter,
  groupby,
  hash,
  Memory,
  Parallel,
  parmap,
  shutdown,
} from 'apply-parallel';

const home = mkdtempSync(join(tmpdir(), 'apply-parallel-memory-workers-'));
after(async () => {
  await shutdown();
  rmSync(home, { recursive: true, force: true });
});

let memory: Memory;
/** How often functions were run, in whichever thread. */
let runs: Int32Array;
beforeEach(() => {
  memory = new Memory({ location: mkdtempSync(join(home, 'case-')) });
  runs = new Int32Array(new SharedArrayBuffer(4));
});

const two = { nJobs: 2 } as const;

/** A cached function with a helper, a module and a variable of its own. */
function makeSquare() {
  const count = runs;
  const power = 2;
  const raise = (x: number) => x ** power;
  return memory.cache(
    function square(x: number) {
      Atomics.add(count, 0, 1);
      return raise(x) + basename('a/').length - 1;
    },
    { ignore: ['count'] },
  );
}

describe('cached functions in workers', () => {
  it('find there what was stored here, and here what was stored there', async () => {
    const square = makeSquare();
    await square(1);
    const calls = () => [1, 2, 3, 4].map((x) => delayed(square)(x));
    assert.deepEqual(await Parallel(two)(calls()), [1, 4, 9, 16]);
    assert.equal(runs[0], 4);
    assert.deepEqual(await Parallel(two)(calls()), [1, 4, 9, 16]);
    for (const x of [1, 2, 3, 4]) assert.equal(await square(x), x * x);
    assert.equal(runs[0], 4);
  });

  it('are called by what parmap, submit and applyParallel run', async () => {
    const square = makeSquare();
    assert.deepEqual(await parmap(square, [1, 2, 3], { nprocs: 2 }), [1, 4, 9]);
    assert.deepEqual(
      await parmap(async (x: number) => (await square(x)) + 1, [1, 2, 3], { nprocs: 2 }),
      [2, 5, 10],
    );
    await using executor = createExecutor({ kind: 'threads', maxWorkers: 2 });
    assert.equal(await executor.submit(square, 3), 9);
    assert.equal(await executor.submit(async () => 2 * (await square(3))), 18);
    const table = tableFromArrays({ k: ['a', 'b', 'c'], x: Float64Array.of(1, 2, 3) });
    const out = await applyParallel(
      groupby(table, 'k'),
      async (g: { x: Float64Array }) => ({ x: Float64Array.of(await square(g.x[0])) }),
      { input: 'columns', nJobs: 2 },
    );
    assert.deepEqual([...(out.getChild('x') ?? [])], [1, 4, 9]);
    assert.equal(runs[0], 3);
  });

  it('have their methods there, alone too', async () => {
    const square = makeSquare();
    const [shelved] = await Parallel(two)([delayed(square.callAndShelve)(5)]);
    assert.equal(await shelved.get(), 25);
    assert.deepEqual(await Parallel(two)([5, 6].map((x) => delayed(square.checkCallInCache)(x))), [
      true,
      false,
    ]);
    const use = async (x: number) => {
      const was = await square.checkCallInCache(x);
      const held = await square.callAndShelve(x);
      return [was, await held.get(), await square.call(x)];
    };
    assert.deepEqual(await Parallel(two)([delayed(use)(5)]), [[true, 25, 25]]);
    assert.equal(runs[0], 2);
    await Parallel(two)([delayed(square.clear)()]);
    assert.equal(await square.checkCallInCache(5), false);
  });

  it('follow the variables they use', async () => {
    const config = { rate: 2 };
    const scale = memory.cache((x: number) => x * config.rate);
    assert.deepEqual(await Parallel(two)([delayed(scale)(3)]), [6]);
    config.rate = 5;
    assert.equal(await scale.checkCallInCache(3), false);
    assert.deepEqual(await Parallel(two)([delayed(scale)(3)]), [15]);
    assert.equal(await scale.checkCallInCache(3), true);
    // Where a worker changes its copy, the result is kept for that one.
    const set = async (to: number) => {
      config.rate = to;
      return scale(3);
    };
    assert.deepEqual(await Parallel(two)([7, 8, 9].map((to) => delayed(set)(to))), [21, 24, 27]);
    assert.equal(await scale(3), 15);
    config.rate = 8;
    assert.equal(await scale.checkCallInCache(3), true);
    assert.equal(await scale(3), 24);
  });

  it('may call themselves', async () => {
    const count = runs;
    const fib: (n: number) => Promise<number> = memory.cache(
      async (n: number): Promise<number> => {
        Atomics.add(count, 0, 1);
        return n < 2 ? n : (await fib(n - 1)) + (await fib(n - 2));
      },
      { ignore: ['count'] },
    );
    assert.deepEqual(await Parallel(two)([delayed(fib)(12)]), [144]);
    assert.equal(runs[0], 13);
    assert.equal(await fib(12), 144);
    assert.equal(runs[0], 13);
  });

  it('keep their options', async () => {
    const stale = memory.cache((x: number) => x + 1, {
      cacheValidationCallback: expiresAfter({ milliseconds: 0 }),
    });
    await stale(1);
    assert.deepEqual(await Parallel(two)([delayed(stale.checkCallInCache)(1)]), [false]);
    const fit = memory.cache((x: number, _options: { verbose: boolean }) => x + 2, {
      ignore: ['_options.verbose'],
    });
    await fit(1, { verbose: true });
    assert.deepEqual(await Parallel(two)([delayed(fit.checkCallInCache)(1, { verbose: false })]), [true]);
    const free = new Memory({ location: null }).cache((x: number) => x + 3);
    assert.deepEqual(await Parallel(two)([delayed(free)(1)]), [4]);
    const [held] = await Parallel(two)([delayed(free.callAndShelve)(1)]);
    assert.equal(await held.get(), 4);
  });

  it('are, as content, the functions inside, and their methods are not', () => {
    const square = makeSquare();
    const { checkCallInCache, callAndShelve } = memory.cache((x: number) => x);
    assert.equal(hash(memory.cache(square)), hash(square));
    const using = (method: (x: number) => unknown) => hash((x: number) => method(x));
    assert.notEqual(using(checkCallInCache), using(callAndShelve));
    assert.notEqual(
      using(checkCallInCache),
      using((x: number) => x),
    );
  });

  it('keeps properties that the program has put on them, which count as content', async () => {
    const scale = Object.assign(
      memory.cache((x: number) => x),
      { factor: 2 },
    );
    const scaled = memory.cache((x: number) => x * scale.factor);
    assert.deepEqual(await parmap((x: number) => x * scale.factor, [1, 2], { nprocs: 2 }), [2, 4]);
    assert.deepEqual(await parmap(scaled, [1], { nprocs: 2 }), [2]);
    assert.equal(await scaled.checkCallInCache(1), true);
    scale.factor = 3;
    assert.equal(await scaled(1), 3);
    assert.deepEqual(await parmap(scaled, [1], { nprocs: 2 }), [3]);
    const cleared = Object.assign(
      memory.cache((x: number) => x),
      { clear: async () => 'mine' as never },
    );
    assert.deepEqual(await parmap(async () => cleared.clear(), [1], { nprocs: 2 }), ['mine']);
  });
});
