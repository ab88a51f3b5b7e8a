import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyParallel, delayed, groupby, Parallel, parallelConfig } from 'apply-parallel';

describe('parallelConfig', () => {
  const whereAmI = async () => (await import('node:worker_threads')).isMainThread;

  it('sets what calls in its scope leave out, however late', async () => {
    const [inside, overridden] = await parallelConfig({ backend: 'inline', progress: false }, async () => {
      await sleep(5);
      return [
        await Parallel({ nJobs: 2 })([delayed(whereAmI)()]),
        await Parallel({ nJobs: 2, backend: 'threads' })([delayed(whereAmI)()]),
      ];
    });
    assert.deepEqual([inside, overridden], [[true], [false]]);
    assert.deepEqual(await Parallel({ nJobs: 2 })([delayed(whereAmI)()]), [false]);
  });

  it('is heard by applyParallel, and an inner scope goes before', async () => {
    const table = { k: ['a', 'b'], x: Int32Array.of(1, 2) };
    const run = () =>
      applyParallel(groupby(table, 'k'), async () => ({ main: [await whereAmI()] }), { output: 'records' });
    const outer = await parallelConfig({ nJobs: 2 }, () => parallelConfig({ backend: 'inline' }, run));
    assert.deepEqual(outer, [{ main: true }, { main: true }]);
    assert.deepEqual(await parallelConfig({ nJobs: 2, preDispatch: 'all' }, run), [
      { main: false },
      { main: false },
    ]);
  });

  it('refuses what it does not know before it runs anything', () => {
    const cases: [config: unknown, message: RegExp][] = [
      [{ returnAs: 'list' }, /parallelConfig has no option 'returnAs'/],
      [{ nJobs: 0 }, /^parallelConfig: nJobs must be a whole number other than 0 .*, got 0$/],
      [{ nJobs: 1.5 }, /^parallelConfig: nJobs must be .*, got 1.5$/],
      [{ backend: 'loky' }, /^parallelConfig: backend must be/],
      [{ batchSize: 0 }, /^parallelConfig: batchSize must be/],
      [{ preDispatch: '0 * nJobs' }, /^parallelConfig: preDispatch must be/],
      [{ timeout: -1 }, /^parallelConfig: timeout must be/],
      [{ progress: () => {} }, /^parallelConfig: progress must be true or false/],
      [{ signal: {} }, /^parallelConfig: signal must be/],
      [
        { maxBytes: '1X' },
        /^parallelConfig: maxBytes must be a number of bytes, a text like '1M', or null for never, got '1X'/,
      ],
      [null, /^parallelConfig: options must be an object, got null/],
    ];
    for (const [config, message] of cases) {
      assert.throws(() => parallelConfig(config as never, () => assert.fail('it was run')), {
        code: 'ERR_INVALID_OPTION',
        message,
      });
    }
    assert.throws(() => parallelConfig({}, 5 as never), {
      code: 'ERR_INVALID_OPTION',
      message: 'parallelConfig: body must be a function, got 5',
    });
  });
});
