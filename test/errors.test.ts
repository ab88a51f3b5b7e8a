import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { tableFromArrays } from 'apache-arrow';
import {
  ApplyError,
  applyParallel,
  bins,
  cogroup,
  createExecutor,
  delayed,
  dump,
  effectiveNJobs,
  every,
  expiresAfter,
  filterParallel,
  GroupError,
  groupby,
  hash,
  keyFrom,
  load,
  Memory,
  mapBatches,
  moduleFunction,
  Parallel,
  parallelConfig,
  parmap,
  partial,
  quantiles,
  reduceMemory,
  registerAdapter,
  rolling,
  scan,
  shareTable,
  toHTML,
  transformParallel,
  windows,
  writeDataset,
} from 'apply-parallel';
import { cumsum, diff, fillNull, filterRows, lookup, shift, sortBy, take } from 'apply-parallel/columns';

const groups = groupby(tableFromArrays({ k: ['a', 'b'], x: [1, 2] }), 'k');

function priceOf(): never {
  throw new RangeError('no price');
}

async function caught(nJobs: number, fn: () => null): Promise<GroupError> {
  try {
    await applyParallel(groups, fn, { nJobs });
  } catch (error) {
    assert.ok(error instanceof GroupError);
    return error;
  }
  return assert.fail('it did not fail');
}

describe('errors', () => {
  it('have names, codes and classes that hold', () => {
    const error = new ApplyError('ERR_ABORTED', 'over', { cause: 5 });
    assert.ok(error instanceof Error);
    assert.deepEqual(
      [error.name, error.code, error.message, error.cause],
      ['ApplyError', 'ERR_ABORTED', 'over', 5],
    );
    const group = new GroupError('ERR_GROUP_FAILED', 'bad', { key: ['a', 1], index: 3 });
    assert.ok(group instanceof ApplyError);
    assert.deepEqual(
      [group.name, group.key, group.index, 'cause' in group],
      ['GroupError', ['a', 1], 3, false],
    );
    assert.equal(String(group), 'GroupError: bad');
    assert.equal(Object.keys(error).includes('name'), false);
  });

  for (const nJobs of [1, 2]) {
    it(`of groups: the user's frames on top, the call's at the end, none of the package's (nJobs ${nJobs})`, async () => {
      const error = await caught(nJobs, () => priceOf());
      const lines = (error.stack ?? '').split('\n');
      assert.match(lines[0], /^GroupError: group '[ab]' failed: RangeError: no price$/);
      assert.match(lines[1], /^\s+at priceOf /);
      assert.ok(
        lines.some((line) => /^\s+at .*caught .*errors\.test\.ts/.test(line)),
        error.stack,
      );
      assert.equal(
        lines.some((line) => line.includes('/dist/')),
        false,
        error.stack,
      );
      assert.ok(error.cause instanceof RangeError);
      assert.match(error.cause.stack ?? '', /^RangeError: no price\n\s+at priceOf /);
    });

    it(`of groups name the class, whatever is odd about the error (nJobs ${nJobs})`, async () => {
      class PriceError extends Error {}
      const odd = await caught(nJobs, () => {
        throw new PriceError('odd');
      });
      assert.match(odd.message, / failed: PriceError: odd$/);
      const hostile = await caught(nJobs, () => {
        throw Object.defineProperty(new Error('x'), 'message', {
          get() {
            throw new Error('no message');
          },
        });
      });
      assert.match(hostile.message, /^group '[ab]' failed: Error: \[message cannot be read/);
      const aborted = await caught(nJobs, () => {
        throw new DOMException('enough', 'AbortError');
      });
      assert.match(aborted.message, / failed: AbortError: enough$/);
    });

    it(`of async functions and initializers show the user's frames alone (nJobs ${nJobs})`, async () => {
      const late = async () => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        throw new Error('late');
      };
      const grouped = groupby([{ k: 'a' }, { k: 'b' }], 'k');
      for (const call of [
        () => applyParallel(grouped, late, { nJobs }),
        () => applyParallel(grouped, (rows) => rows, { nJobs, initializer: late }),
      ]) {
        const { stack = '' } = await call().then(
          () => assert.fail('it did not fail'),
          (thrown: Error) => thrown,
        );
        assert.match(stack.split('\n')[1], /^\s+at late /);
        assert.doesNotMatch(stack, /[\\/](?:dist|build|piscina)[\\/]/);
      }
    });

    it(`of groups that threw no error point at the call (nJobs ${nJobs})`, async () => {
      const error = await caught(nJobs, () => {
        throw 'text';
      });
      assert.equal(error.cause, 'text');
      assert.match((error.stack ?? '').split('\n')[1], /^\s+at .*caught .*errors\.test\.ts/);
    });
  }

  it('of a call inside a function are causes', async () => {
    const fn = async (rows: { k: string }[]) => {
      const mixed = (_: object, { index }: { index: number }) => ({ q: index === 0 ? ['text'] : [1] });
      return applyParallel(groupby([{ i: 1 }, { i: 2 }], 'i'), mixed, { nJobs: 1 }).then(() => rows);
    };
    const error = await applyParallel(groupby([{ k: 'a' }, { k: 'b' }], 'k'), fn, { nJobs: 1 }).catch(
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof GroupError && error.code === 'ERR_GROUP_FAILED');
    assert.ok(error.cause instanceof ApplyError && error.cause.code === 'ERR_SCHEMA_MISMATCH');
  });
});

describe('the stack of an error begins in the program that called', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stacks-'));
  const [good, bad] = ['good.csv', 'bad.csv'].map((name) => join(folder, name));
  writeFileSync(good, 'a,b\n1,2\n3,4\n');
  writeFileSync(bad, 'a,b\n1,2\n3\n');
  after(() => rmSync(folder, { recursive: true }));
  // Values of wrong types, as plain JavaScript passes them.
  const wrong = 5 as never;
  const memory = () => new Memory({ location: join(folder, 'cache'), verbose: 0 });
  const failing = (_: number) => {
    throw new ApplyError('ERR_ABORTED', 'thrown by a function');
  };
  const consume = async (values: AsyncIterable<unknown>) => {
    for await (const _ of values);
  };

  const doors: { [door: string]: () => unknown } = {
    load: () => load(join(folder, 'none.parquet')),
    'load of text': () => load(good.replace('.csv', '')),
    'load of CSV': () => load(bad),
    dump: () => dump(new WeakMap(), join(folder, 'x')),
    'dump where no folder is': () => dump(1, join(folder, 'none', 'x')),
    hash: () => hash(new WeakMap()),
    scan: () => scan(join(folder, 'none*.csv')),
    'scan, an option': () => scan(good, { colums: 1 } as never),
    'Dataset.select': async () => (await scan(good)).select(['c']),
    'Dataset.head': async () => (await scan(good)).head(-1),
    'Dataset.read': async () => (await scan(bad)).read(),
    Dataset: async () => consume(await scan(bad)),
    'keys of a data set': async () => groupby(await scan(bad), 'a').keys(),
    'size of a data set': async () => groupby(await scan(bad), 'a').size(),
    'sizes of a data set': async () => groupby(await scan(bad), 'a').sizes(),
    'getGroup of a data set': async () => groupby(await scan(good), 'a').getGroup('x'),
    'groups of a data set': async () => consume(groupby(await scan(bad), 'a')),
    'applyParallel of a data set': async () => applyParallel(groupby(await scan(bad), 'a'), (g) => g),
    writeDataset: () => writeDataset(wrong, join(folder, 'x.parquet')),
    'writeDataset, its target': () => writeDataset([], 'x'),
    groupby: () => groupby([{ a: 1 }], 'b' as never),
    'GroupBy.getGroup': () => groups.getGroup(wrong),
    cogroup: () => cogroup(wrong, wrong),
    every: () => every('a', '1 fortnight' as never),
    bins: () => bins('a', [3, 1]),
    quantiles: () => quantiles('a', -1),
    keyFrom: () => keyFrom('a', wrong),
    applyParallel: () => applyParallel(groups, () => wrong),
    'applyParallel, an option': () => applyParallel(groups, (g) => g, { njobs: 1 } as never),
    'applyParallel, its generator': () =>
      consume(applyParallel(groups, () => wrong, { returnAs: 'generator' })),
    transformParallel: () => transformParallel(groups, () => []),
    filterParallel: () => filterParallel(groups, () => wrong),
    mapBatches: () => mapBatches([{ a: 1 }], () => wrong),
    partial: () => partial(wrong, wrong),
    moduleFunction: () => moduleFunction(wrong),
    delayed: () => delayed(wrong),
    Parallel: () => Parallel({ nJobs: 0 }),
    'Parallel, its calls': () => Parallel({ nJobs: 1 })(wrong),
    'Parallel, what cannot travel': () => Parallel({ nJobs: 2 })([delayed((x: object) => x)(new WeakMap())]),
    parmap: () => parmap(wrong, wrong),
    createExecutor: () => createExecutor({ kind: 'thread' as never }),
    'Executor.submit': async () => {
      await using executor = createExecutor({ kind: 'async' });
      await executor.submit(wrong);
    },
    'Executor.map': async () => {
      await using executor = createExecutor({ kind: 'async' });
      await consume(executor.map(failing, [1]));
    },
    Memory: () => new Memory({ location: wrong }),
    'Memory.cache': () => memory().cache(wrong),
    'Memory.eval': () => (memory() as { eval(fn: never): unknown }).eval(wrong),
    'Memory.reduceSize': () => memory().reduceSize({ bytesLimit: 'many' }),
    expiresAfter: () => expiresAfter({ fortnights: 1 } as never),
    shareTable: () => shareTable(wrong),
    reduceMemory: () => reduceMemory(wrong),
    toHTML: () => toHTML(wrong),
    effectiveNJobs: () => effectiveNJobs(0),
    parallelConfig: () => parallelConfig({ nJobs: 0 }, () => 1),
    registerAdapter: () => registerAdapter(wrong),
    rolling: () => rolling({ x: [1] }, { row: 1 } as never, () => 1),
    windows: () => [...windows(wrong, { rows: 1 })],
    shift: () => shift(wrong, 1),
    diff: () => diff(wrong),
    cumsum: () => cumsum(wrong),
    fillNull: () => fillNull(wrong, 1),
    lookup: () => lookup({ x: [1] }, { x: [1] }, { on: 'y' as never }),
    sortBy: () => sortBy({ x: [1] }, 'y' as never),
    take: () => take({ x: [1] }, [5]),
    filterRows: () => filterRows({ x: [1] }, wrong),
    'a helper, deep inside of functions': () => {
      const deep = (n: number): unknown => (n === 0 ? shift(wrong, 1) : deep(n - 1));
      return deep(30);
    },
  };
  for (const [door, call] of Object.entries(doors)) {
    it(door, async () => {
      const error = await (async () => call())().then(
        () => assert.fail('it did not fail'),
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof Error);
      const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
      assert.match(frames[0] ?? '', /errors\.test\.ts/, error.stack);
      assert.equal(
        frames.find((line) => /[\\/](dist|build)[\\/]/.test(line)),
        undefined,
        error.stack,
      );
    });
  }

  it('keeps to Error.stackTraceLimit', () => {
    const { stackTraceLimit } = Error;
    for (const limit of [0, 1, 3]) {
      Error.stackTraceLimit = limit;
      const { stack } = new ApplyError('ERR_ABORTED', 'over');
      assert.equal(Error.stackTraceLimit, limit);
      Error.stackTraceLimit = stackTraceLimit;
      assert.equal(stack?.split('\n').length, 1 + limit);
    }
  });
});
