import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { applyParallel, GroupError, groupby, parallelConfig, type Report, shutdown } from 'apply-parallel';

interface Group {
  readonly k: Int32Array;
  readonly x: Float64Array;
}
type Fn = (g: Group, context: { readonly key: unknown; readonly random: () => number }) => unknown;

const columns = () => ({ k: Int32Array.of(2, 1, 2, 1), x: Float64Array.of(1, 2, 3, 4) });
const HERE = /^this thread/;
/** Calls within which a function is known to be light, on a machine that is not busy throughout. */
const MOST_CALLS = 500;

/** Calls a function until a call of it runs in this thread, and returns that call's result. */
async function untilHere(fn: Fn, options: object = {}) {
  for (let call = 0; call < MOST_CALLS; call++) {
    let told: Report | undefined;
    const report = (each: Report) => {
      told = each;
    };
    const given = { output: 'records', ...options, report } as object;
    const result = await applyParallel(groupby(columns(), 'k'), fn as never, given);
    if (HERE.test(told?.workersBecause ?? ''))
      return { result: result as unknown as object[], report: told as Report };
  }
  return undefined;
}

/** Calls a function as often as makes a light one known, and returns the number of calls that ran here. */
async function callsHere(fn: Fn, options: object = {}) {
  let here = 0;
  for (let call = 0; call < 20; call++) {
    const report = ({ workersBecause }: Report) => {
      if (HERE.test(workersBecause ?? '')) here++;
    };
    await applyParallel(groupby(columns(), 'k'), fn as never, { ...options, report } as object);
  }
  return here;
}

describe('a light function that only computes', () => {
  after(() => shutdown());

  it('runs in this thread once it is known, with the same result', async () => {
    const rate = 10;
    const found = await untilHere((g) => ({ ...g, z: g.x.map((x) => x * rate) }));
    assert.deepEqual(found?.result, [
      { k: 1, x: 2, z: 20 },
      { k: 1, x: 4, z: 40 },
      { k: 2, x: 1, z: 10 },
      { k: 2, x: 3, z: 30 },
    ]);
    const { report } = found;
    assert.deepEqual([report.workers, report.groups, report.rowsIn, report.rowsOut], [1, 2, 4, 4]);
    assert.deepEqual(
      report.timeline.map(({ key, worker, attempts }) => [key, worker, attempts]),
      [
        [1, 0, 1],
        [2, 0, 1],
      ],
    );
  });

  it('does so for rows, with keys, a seed and its context', async () => {
    const draw: Fn = (_, { key, random }) => ({ key: [key], r: [random()] });
    const options = { seed: 7, groupKeys: true };
    const expected = await applyParallel(groupby(columns(), 'k'), draw as never, {
      ...options,
      nJobs: 2,
      output: 'records',
    });
    assert.deepEqual((await untilHere(draw, options))?.result, expected);
    const rows = await untilHere(((g: readonly { x: number }[]) => ({ n: g.length })) as never, {
      input: 'records',
    });
    assert.deepEqual(rows?.result, [{ n: 2 }, { n: 2 }]);
  });

  it('has run when the call returns: variables may change after it', async () => {
    let factor = 1;
    const fn: Fn = (g) => ({ x: g.x.map((x) => x * factor) });
    assert.ok(await untilHere(fn));
    for (let call = 0; call < 20; call++) {
      factor = call;
      const running = applyParallel(groupby(columns(), 'k'), fn as never, { output: 'records' });
      factor = -1;
      assert.deepEqual(
        (await running) as unknown,
        [2, 4, 1, 3].map((x) => ({ x: x * call })),
      );
    }
  });

  it('leaves the frame as it is, and gives every group rows of its own', async () => {
    const frame = columns();
    const fn: Fn = (g) => {
      for (let i = 0; i < g.x.length; i++) g.x[i] += 1;
      return { x: g.x };
    };
    assert.ok(await untilHere(fn));
    for (let call = 0; call < 3; call++) {
      const result = await applyParallel(groupby(frame, 'k'), fn as never, { output: 'records' });
      assert.deepEqual(result as unknown, [{ x: 3 }, { x: 5 }, { x: 2 }, { x: 4 }]);
    }
    assert.deepEqual(frame, columns());
  });

  it('fails as it does in a worker, whatever calls before did', async () => {
    let limit = 9;
    // One group fails: of several, either may be the first.
    const fn: Fn = (g) => {
      if (g.k[0] < limit) return { n: [g.x.length] };
      throw new RangeError(`more than ${limit}`);
    };
    assert.ok(await untilHere(fn));
    limit = 2;
    const errorOf = (options: object) =>
      applyParallel(groupby(columns(), 'k'), fn as never, options).then(
        () => assert.fail('did not fail'),
        (error: unknown) => error as GroupError,
      );
    const [here, there] = [await errorOf({}), await errorOf({ nJobs: 2 })];
    assert.ok(here instanceof GroupError);
    assert.deepEqual(
      [here.message, here.code, here.key, String(here.cause)],
      [there.message, there.code, there.key, String(there.cause)],
    );
    assert.equal(here.key, 2);
    const skipped = await applyParallel(groupby(columns(), 'k'), fn as never, { onError: 'skip' });
    assert.deepEqual(Array.from((skipped as unknown as { readonly n: ArrayLike<number> }).n), [2]);
  });

  it('does not once it may take long: this thread is never held up', async () => {
    let steps = 2;
    const counts: Fn = (g) => {
      let sum = 0;
      for (let i = 0; i < steps; i++) sum += g.x[0];
      return { sum: [sum] };
    };
    assert.ok(await untilHere(counts));
    steps = 1e6;
    assert.equal(await callsHere(counts), 0);
    const pairs: Fn = (g) => {
      let sum = 0;
      for (let i = 0; i < g.x.length; i++) for (let j = 0; j < i; j++) sum += g.x[j];
      return { sum: [sum] };
    };
    assert.ok(await untilHere(pairs));
    const large = { k: new Int32Array(9000), x: new Float64Array(9000) };
    let because: string | undefined;
    const report = ({ workersBecause }: Report) => {
      because = workersBecause;
    };
    await applyParallel(groupby(large, 'k'), pairs as never, { report } as object);
    assert.doesNotMatch(because ?? '', HERE);
  });

  it('does not where the user says how, or asks for more than a result', async () => {
    const fn: Fn = (g) => ({ n: [g.x.length] });
    assert.ok(await untilHere(fn));
    for (const options of [
      { nJobs: 2 },
      { nJobs: -1 },
      { timeout: 10_000 },
      { retries: 1 },
      { initializer: () => {} },
    ]) {
      assert.equal(await callsHere(fn, options), 0, JSON.stringify(options));
    }
    assert.equal(await parallelConfig({ nJobs: 2 }, () => callsHere(fn)), 0);
    const gone = AbortSignal.abort(new Error('gone'));
    await assert.rejects(applyParallel(groupby(columns(), 'k'), fn as never, { signal: gone }), /gone|abort/);
  });
});

describe('functions that do more than compute', () => {
  after(() => shutdown());

  it('never run in this thread', async () => {
    const state = { calls: 0 };
    const counting: Fn = (g) => {
      state.calls++;
      return { n: [g.x.length] };
    };
    const process = globalThis.process;
    const pids: Fn = () => ({ main: [process.getBuiltinModule('node:worker_threads').isMainThread] });
    assert.equal(await callsHere(counting), 0);
    assert.equal(state.calls, 0);
    assert.equal(await callsHere(pids), 0);
    assert.equal(await callsHere((async (g: Group) => ({ n: [g.x.length] })) as Fn), 0);
  });
});
