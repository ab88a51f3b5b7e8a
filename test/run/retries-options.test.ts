// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ApplyError,
  applyParallel,
  type Column,
  createExecutor,
  delayed,
  groupby,
  Parallel,
  parallelConfig,
  type Report,
  shareArray,
} from 'apply-parallel';

const KEYS = ['a', 'b', 'c', 'd'];
const frame = { k: KEYS.flatMap((key) => [key, key]), x: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8) };
const grouped = groupby(frame, 'k');
type Group = { k: Column; x: Float64Array };

describe('retries', () => {
  it('run groups again whose worker died or that ran too long', async () => {
    const runs = shareArray(new Int32Array(40));
    let report: Report | undefined;
    const many = groupby({ k: Int32Array.from({ length: 40 }, (_, i) => i) }, 'k');
    const out = await applyParallel(
      many,
      (g: { k: Int32Array }, { index }) => {
        const attempt = Atomics.add(runs, index, 1);
        if (index === 3 && attempt === 0) process.exit(1);
        if (index === 20 && attempt < 2) for (;;);
        return g;
      },
      {
        nJobs: 2,
        retries: 2,
        timeout: 300,
        report: (r) => {
          report = r;
        },
      },
    );
    assert.deepEqual([...out.k], [...Array(40).keys()]);
    // On a busy machine other groups may be too slow once.
    const meant = report?.retried.filter(({ index }) => index === 3 || index === 20);
    const codes = meant?.map(({ index, attempt, error }) => `${index} ${attempt} ${error.code}`);
    assert.deepEqual(codes?.sort(), [
      '20 1 ERR_GROUP_TIMEOUT',
      '20 2 ERR_GROUP_TIMEOUT',
      '3 1 ERR_WORKER_EXITED',
    ]);
    assert.ok(report?.retried.filter(({ index }) => index === 20).every(({ time }) => time >= 300));
  });

  it('fail with the last error of several kinds', async () => {
    const runs = shareArray(new Int32Array(1));
    const call = applyParallel(
      grouped,
      (g: Group, { key }) => {
        if (key === 'b' && Atomics.add(runs, 0, 1) === 0) throw new Error('first');
        if (key === 'b') process.exit(1);
        return g;
      },
      { nJobs: 2, retries: 1 },
    );
    await assert.rejects(call, {
      code: 'ERR_WORKER_EXITED',
      message: /^group 'b' \(attempt 2\): the worker/,
    });
  });

  it('are an option of executors and of parallelConfig', async () => {
    const runs = shareArray(new Int32Array(2));
    const flaky = (i: number) => {
      if (Atomics.add(runs, i, 1) === 0) throw new Error('once');
      return i;
    };
    await using executor = createExecutor({ maxWorkers: 2, retries: 1 });
    assert.equal(await executor.submit(flaky, 0), 0);
    const out = await parallelConfig({ retries: 1, nJobs: 2 }, () => Parallel()([delayed(flaky)(1)]));
    assert.deepEqual(out, [1]);
    assert.deepEqual([...runs], [2, 2]);
  });

  it('are checked', () => {
    const bad = [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2_000_000, '2', true, null, {}, []];
    const worse = [{ count: -1 }, { count: 1, delay: -1 }, { count: 1, delay: '5' }, { count: 1, wait: 5 }];
    for (const retries of [...bad, ...worse]) {
      assert.throws(
        () =>
          applyParallel(grouped, () => null, {
            retries: retries as number,
            returnAs: 'generator',
          }),
        (error: unknown) =>
          error instanceof ApplyError &&
          error.code === 'ERR_INVALID_OPTION' &&
          error.message.startsWith('applyParallel: retries must be a whole number from 0 to 1,000,000, or {'),
        String(retries),
      );
    }
    assert.throws(() => createExecutor({ max_retries: 2 } as object), /did you mean 'retries'\?/);
  });
});
