// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  applyParallel,
  every,
  type GroupError,
  groupby,
  Memory,
  type Progress,
  type Report,
  scan,
} from 'apply-parallel';
import { assertTablesEqual } from '../../support/table-equal.js';
import {
  category,
  dataset,
  folder,
  type Group,
  inMemory,
  n,
  small,
  spillTo,
  twice,
} from './support/spilled-sales.js';

const nothingIsLeft = () => assert.equal(existsSync(spillTo), false);

describe('applyParallel on groups that are spilled', () => {
  const keys = {
    'a number': 'k',
    'a dictionary': 'category',
    'two columns': ['category', 'k'],
    'text with nulls': 'text',
    'a key maker': every('day', '1d'),
    'a key maker and a name': [every('day', '1d'), 'k'],
  } as const;
  for (const [name, by] of Object.entries(keys) as [string, string][]) {
    const more = name.startsWith('text') ? [{ sort: false }, { dropna: false }] : [];
    for (const options of [{}, ...more]) {
      it(`returns what it returns in memory, by ${name}, ${JSON.stringify(options)}`, async () => {
        const expected = await applyParallel(groupby(inMemory, by, options), twice, {
          input: 'columns',
          groupKeys: true,
        });
        const result = await applyParallel(groupby(dataset, by, options), twice, {
          ...small,
          groupKeys: true,
        });
        assertTablesEqual(result, expected);
        nothingIsLeft();
      });
    }
  }

  for (const how of [{ nJobs: 1 }, { backend: 'async' }, { nJobs: 2, batchSize: 1 }] as const) {
    it(`works with ${JSON.stringify(how)}`, async () => {
      const expected = await applyParallel(groupby(inMemory, 'k'), twice, { input: 'columns' });
      assertTablesEqual(await applyParallel(groupby(dataset, 'k'), twice, { ...small, ...how }), expected);
      nothingIsLeft();
    });
  }

  it('gives the function an Arrow table, and results of any kind', async () => {
    const result = await applyParallel(groupby(dataset, 'k'), (g, { key }) => [{ key, rows: g.numRows }], {
      memoryLimit: '400KB',
      spillTo,
      output: 'records',
    });
    assert.deepEqual(
      result.map(({ rows }) => rows),
      groupby(inMemory, 'k').sizes(),
    );
  });

  it('writes results as it writes them from memory', async () => {
    const to = (name: string) => join(folder, name);
    const expected = await applyParallel(groupby(inMemory, 'k'), twice, {
      input: 'columns',
      to: to('memory.parquet'),
    });
    const written = await applyParallel(groupby(dataset, 'k'), twice, {
      ...small,
      to: to('spilled.parquet'),
    });
    assertTablesEqual(await written.read(), await expected.read());
    await assert.rejects(
      applyParallel(groupby(dataset, 'k'), twice, { ...small, to: to('spilled.parquet') }),
      {
        code: 'ERR_FILE_EXISTS',
      },
    );
    nothingIsLeft();
  });

  for (const returnAs of ['generator', 'generatorUnordered'] as const) {
    it(`yields results: ${returnAs}`, async () => {
      const indices: number[] = [];
      for await (const { index, key, frame } of applyParallel(groupby(dataset, 'k'), twice, {
        ...small,
        returnAs,
      })) {
        assert.equal(key, index);
        assert.equal(frame.getChild('at')?.get(0), index);
        indices.push(index);
      }
      const ordered = Array.from({ length: 211 }, (_, index) => index);
      assert.deepEqual(returnAs === 'generator' ? indices : indices.sort((a, b) => a - b), ordered);
      nothingIsLeft();
    });
  }

  it('ends when its loop is left', async () => {
    for await (const { index } of applyParallel(groupby(dataset, 'k'), twice, {
      ...small,
      returnAs: 'generator',
    })) {
      if (index === 30) break;
    }
    nothingIsLeft();
  });

  it('restores rows that a failing function changed, for further attempts', async () => {
    const fn = (g: Group, { key }: { readonly key: unknown }) => {
      const before = g.x[0];
      g.x.fill(-7);
      const shared = globalThis as { failed?: Set<unknown> };
      shared.failed ??= new Set();
      if (Number(key) % 50 === 3 && !shared.failed.has(key)) {
        shared.failed.add(key);
        throw new Error('the first time');
      }
      return { before: [before] };
    };
    const first = (g: Group) => ({ before: [g.x[0]] });
    const expected = await applyParallel(groupby(inMemory, 'k'), first, { input: 'columns' });
    const retried: number[] = [];
    const result = await applyParallel(groupby(dataset, 'k'), fn, {
      ...small,
      nJobs: 1,
      retries: 1,
      report: (report) => retried.push(...report.retried.map(({ index }) => index)),
    });
    assertTablesEqual(result, expected);
    assert.deepEqual(retried, [3, 53, 103, 153, 203]);
  });

  it('survives workers that exit', async () => {
    const fn = (g: Group, { key }: { readonly key: unknown }) => {
      if (key === 100) process.exit(3);
      return { rows: [g.x.length] };
    };
    const failed: number[] = [];
    const result = await applyParallel(groupby(dataset, 'k'), fn, {
      ...small,
      onError(error) {
        failed.push(error.index);
        return { rows: [-1] };
      },
    });
    assert.deepEqual(failed, [100]);
    assert.equal(result.numRows, 211);
    assert.equal(result.getChild('rows')?.get(100), -1);
    nothingIsLeft();
  });

  it('names the group that fails, and leaves nothing', async () => {
    const fn = (_: Group, { key }: { readonly key: unknown }) => {
      if (key === 200) throw new RangeError('no 200');
      return null;
    };
    await assert.rejects(applyParallel(groupby(dataset, 'k'), fn, small), {
      code: 'ERR_GROUP_FAILED',
      key: 200,
      index: 200,
      message: /group 200 failed: RangeError: no 200/,
    });
    nothingIsLeft();
  });

  it('is aborted in every phase, and leaves nothing', async () => {
    for (const phase of ['keys', 'spill', 'apply']) {
      const controller = new AbortController();
      const call = applyParallel(groupby(dataset, 'k'), twice, {
        ...small,
        signal: controller.signal,
        progress: (progress) => {
          if (progress.phase === phase) controller.abort();
        },
      });
      // A phase may end before it reports; then the next one is aborted.
      await assert.rejects(
        call.then(() => {
          controller.abort();
          throw Object.assign(new Error('not aborted'), { code: 'ERR_ABORTED' });
        }),
        { code: 'ERR_ABORTED' },
      );
      nothingIsLeft();
    }
  });

  it('reports its phases, groups and bytes', async () => {
    const reports: Progress[] = [];
    let report: Report | undefined;
    await applyParallel(groupby(dataset, 'k'), twice, {
      ...small,
      progress: (progress) => reports.push(progress),
      report: (made) => {
        report = made;
      },
    });
    const last = reports.at(-1);
    assert.equal(last?.phase, 'apply');
    assert.deepEqual([last?.done, last?.groups, last?.groupsTotal, last?.rows], [true, 211, 211, n]);
    assert.ok((last?.bytesTotal ?? 0) > 5e5);
    assert.equal(Math.round(last?.bytes ?? 0), Math.round(last?.bytesTotal ?? 1));
    const known = ['keys', 'spill', 'apply'];
    const order = reports.map(({ phase }) => known.indexOf(phase ?? ''));
    assert.deepEqual(order, [...order].sort());
    assert.deepEqual([report?.groups, report?.rowsIn, report?.rowsOut], [211, n, n]);
    assert.equal(
      report?.timeline.every(({ attempts, rowsIn, rowsOut }) => attempts === 1 && rowsIn === rowsOut),
      true,
    );
  });

  it('takes results from a cache, whether groups were spilled or not', async () => {
    const memory = new Memory({ location: join(folder, 'cache') });
    const fn = (g: Group) => ({ sum: [g.x.reduce((a, b) => a + b, 0)] });
    const cached: number[] = [];
    const report = (made: Report) => cached.push(made.cached);
    const spilled = await applyParallel(groupby(dataset, 'k'), fn, { ...small, cache: memory, report });
    const again = await applyParallel(groupby(dataset, 'k'), fn, { ...small, cache: memory, report });
    const whole = await applyParallel(groupby(inMemory, 'k'), fn, {
      input: 'columns',
      cache: memory,
      report,
    });
    assert.deepEqual(cached, [0, 211, 211]);
    assertTablesEqual(again, spilled);
    assertTablesEqual(whole, spilled);
  });

  it('refuses a group that is too large before anything runs', async () => {
    let ran = 0;
    const call = applyParallel(groupby(dataset, 'category'), () => ({ ran: [ran++] }), {
      memoryLimit: '20KB',
      spillTo,
      nJobs: 1,
    });
    await assert.rejects(call, (error: GroupError) => {
      assert.equal(error.code, 'ERR_GROUP_TOO_LARGE');
      assert.equal(error.key, category(0).replace(/\d+/, '0'));
      assert.match(error.message, /has 6\d\d rows of about [\d.]+ [kM]B, and memoryLimit is [\d.]+ kB/);
      return true;
    });
    assert.equal(ran, 0);
  });

  it('runs in memory what fits', async () => {
    const phases = new Set<string | undefined>();
    const result = await applyParallel(groupby(dataset, 'k'), twice, {
      input: 'columns',
      progress: ({ phase }) => phases.add(phase),
    });
    assertTablesEqual(result, await applyParallel(groupby(inMemory, 'k'), twice, { input: 'columns' }));
    assert.deepEqual([...phases], ['read', 'apply']);
  });

  it('takes a data set without rows or groups', async () => {
    const none = await scan(join(folder, 'sales.parquet'), { where: { k: -1 } });
    const result = await applyParallel(groupby(none, 'k'), twice, small);
    assert.equal(result.numRows, 0);
    assert.deepEqual(await groupby(none, 'k').keys(), []);
  });
});
