import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { type Table, tableFromArrays } from 'apache-arrow';
import { hash, Memory, shareTable } from 'apply-parallel';
import { assertTablesEqual } from '../support/table-equal.js';
import { filesIn, location, memory } from './support/fresh-memory.js';

let runs: number;
beforeEach(() => {
  runs = 0;
});

describe('Memory', () => {
  it('runs a function once for equal arguments', async () => {
    const square = memory.cache((x: number) => {
      runs++;
      return x * x;
    });
    assert.equal(await square(3), 9);
    assert.equal(await square(3), 9);
    assert.equal(runs, 1);
    assert.equal(await square(4), 16);
    assert.equal(runs, 2);
  });

  it('finds results of other objects of this location, and of asynchronous functions', async () => {
    const fn = async (x: number) => {
      runs++;
      return { x };
    };
    const first = await memory.cache(fn)(1);
    const again = await new Memory({ location: pathToFileURL(location) }).cache(fn)(1);
    assert.deepEqual(again, first);
    assert.notEqual(again, first);
    assert.equal(runs, 1);
  });

  it('keeps tables, and finds them by content', async () => {
    const table = tableFromArrays({ x: Float64Array.of(1, 2, 3), s: ['a', 'b', 'a'] });
    const cached = memory.cache((t: Table) => {
      runs++;
      return { t, count: new Map([['rows', BigInt(t.numRows)]]) };
    });
    await cached(table);
    const { t, count } = await cached(shareTable(table));
    assertTablesEqual(t, table);
    assert.deepEqual(count, new Map([['rows', 3n]]));
    assert.equal(runs, 1);
    await cached(table.slice(1));
    assert.equal(runs, 2);
  });

  it('computes again when the source or what it uses has changed', async () => {
    let rate = 2;
    const scale = memory.cache((x: number) => x * rate);
    assert.equal(await scale(3), 6);
    rate = 10;
    assert.equal(await scale(3), 30);
    rate = 2;
    assert.equal(await scale.checkCallInCache(3), true);
    assert.equal(await memory.cache((x: number) => x * rate + 0)(3), 6);
    assert.equal(await memory.cache((x: number) => x * rate - 1)(3), 5);
  });

  it('keeps undefined, null and results that are empty', async () => {
    for (const value of [undefined, null, 0, '', []]) {
      const fn = memory.cache((index: number) => {
        runs++;
        return [value, index][0];
      });
      runs = 0;
      assert.deepEqual([await fn(1), await fn(1)], [value, value]);
      assert.equal(runs, 1);
    }
  });

  it('does not keep errors', async () => {
    const fails = memory.cache(() => {
      runs++;
      throw new RangeError(`run ${runs}`);
    });
    await assert.rejects(fails(), { name: 'RangeError', message: 'run 1' });
    await assert.rejects(fails(), { message: 'run 2' });
    assert.deepEqual(filesIn(location), []);
  });

  it('computes calls that are made at once only once, and gives each its own result', async () => {
    const slow = memory.cache(async (x: number) => {
      runs++;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { x };
    });
    const results = await Promise.all([slow(1), slow(1), slow(1), slow(2)]);
    assert.equal(runs, 2);
    assert.deepEqual(results, [{ x: 1 }, { x: 1 }, { x: 1 }, { x: 2 }]);
    assert.equal(new Set(results).size, 4);
  });

  it('lets a function call itself with the same arguments, to try again', async () => {
    let tries = 0;
    const page: (url: string) => Promise<string> = memory.cache(async (url: string): Promise<string> => {
      if (tries++ === 0) return page(url);
      return `page of ${url}`;
    });
    assert.equal(await page('u'), 'page of u');
    assert.equal(await page('u'), 'page of u');
    assert.equal(tries, 2);
  });

  it('takes functions with a name that is none', async () => {
    const odd = Object.defineProperty((x: number) => x + 1, 'name', { value: 7 });
    assert.equal(await memory.cache(odd)(1), 2);
  });

  it('lets calls at once fail together, and the next one try again', async () => {
    const fails = memory.cache(async () => {
      runs++;
      await new Promise((resolve) => setTimeout(resolve, 10));
      if (runs === 1) throw new Error('once');
      return 'fine';
    });
    const outcomes = await Promise.allSettled([fails(), fails()]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    assert.equal(await fails(), 'fine');
  });

  it('takes the arguments as they were before the function changed them', async () => {
    const push = memory.cache((list: number[]) => list.push(1));
    await push([1, 2]);
    assert.equal(await push.checkCallInCache([1, 2]), true);
    assert.equal(await push.checkCallInCache([1, 2, 1]), false);
  });

  it('takes f(1) and f(1, undefined) for one call', async () => {
    const add = memory.cache((x: number, y = 1) => x + y);
    await add(1);
    assert.equal(await add.checkCallInCache(1, undefined), true);
    assert.equal(await add.checkCallInCache(1, 1), false);
  });

  it('caches nothing at location null', async () => {
    const fn = new Memory({ location: null }).cache((x: number) => {
      runs++;
      return { x };
    });
    await fn(1);
    await fn(1);
    assert.equal(runs, 2);
    assert.equal(await fn.checkCallInCache(1), false);
    const shelved = await fn.callAndShelve(5);
    assert.deepEqual(await shelved.get(), { x: 5 });
    await shelved.clear();
    await assert.rejects(shelved.get(), { code: 'ERR_BAD_FILE' });
  });

  it('compresses', async () => {
    const fn = (n: number) => new Float64Array(n).fill(7);
    const plain = memory.cache(fn);
    await plain(10_000);
    const [file] = filesIn(location);
    const bytes = readFileSync(file).length;
    for (const compress of ['gzip', { method: 'brotli', level: 1 }] as const) {
      await memory.clear();
      const other = new Memory({ location, compress });
      await other.cache(fn)(10_000);
      const [small] = filesIn(location);
      assert.ok(readFileSync(small).length * 10 < bytes);
      // However it was written, it is found.
      assert.equal(await plain.checkCallInCache(10_000), true);
      assert.deepEqual(await plain(10_000), fn(10_000));
    }
  });

  it('keeps functions of one name apart, and those without one', async () => {
    const make = (k: number) => [(x: number) => x + k, (x: number) => x - k] as const;
    const [plus, minus] = make(1).map((fn) => memory.cache(fn));
    assert.deepEqual([await plus(1), await minus(1), await plus(1), await minus(1)], [2, 0, 2, 0]);
    await plus.clear();
    assert.deepEqual([await plus.checkCallInCache(1), await minus.checkCallInCache(1)], [false, true]);
  });

  it('caches what uses a cached function by the source of that', async () => {
    const make = (rate: number) => {
      const inner = memory.cache((x: number) => x * rate);
      return memory.cache(async (x: number) => {
        runs++;
        return (await inner(x)) + 1;
      });
    };
    assert.deepEqual([await make(2)(3), await make(2)(3), await make(5)(3)], [7, 7, 16]);
    assert.equal(runs, 2);
    assert.equal(hash(memory.cache(Math.max)), hash(Math.max));
  });

  it('has a name and a length, and says what it cannot cache', () => {
    const cached = memory.cache(function area(a: number, b: number) {
      return a * b;
    });
    assert.deepEqual([cached.name, cached.length], ['area', 2]);
    assert.throws(() => memory.cache(3 as never), { code: 'ERR_INVALID_OPTION' });
    for (const options of [{}, undefined]) {
      assert.throws(() => new Memory(options as never), {
        code: 'ERR_INVALID_OPTION',
        message: /location is missing/,
      });
    }
    assert.throws(() => new Memory({ path: location } as never), { message: /did you mean 'location'\?$/ });
    assert.throws(() => new Memory({ location, compres: true } as never), {
      message: /did you mean 'compress'/,
    });
    assert.throws(() => new Memory({ location, compress: 99 }), { message: /from 1 to 9/ });
  });

  it('is printed with its options', () => {
    assert.equal(
      inspect(new Memory({ location: '/tmp/m', verbose: 1 })),
      "Memory { location: '/tmp/m', verbose: 1 }",
    );
  });
});
