import assert from 'node:assert/strict';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Table, tableFromArrays, tableToIPC } from 'apache-arrow';
import { dump, expiresAfter, hash, Memory, shareTable } from 'apply-parallel';
import { assertTablesEqual } from '../support/table-equal.js';

const home = mkdtempSync(join(tmpdir(), 'apply-parallel-memory-'));
after(() => rmSync(home, { recursive: true, force: true }));

let location: string;
let memory: Memory;
let runs: number;
beforeEach(() => {
  location = mkdtempSync(join(home, 'case-'));
  memory = new Memory({ location });
  runs = 0;
});

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** What is warned of while `body` runs. */
async function warningsOf(body: () => Promise<unknown>): Promise<string[]> {
  const warnings: string[] = [];
  const listen = (warning: Error) => {
    if (warning.name === 'MemoryWarning') warnings.push(warning.message);
  };
  process.on('warning', listen);
  try {
    await body();
    await new Promise(setImmediate);
  } finally {
    process.off('warning', listen);
  }
  return warnings;
}

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
    assert.throws(() => new Memory({} as never), {
      code: 'ERR_INVALID_OPTION',
      message: /location is missing/,
    });
    assert.throws(() => new Memory({ location, compres: true } as never), {
      message: /did you mean 'compress'/,
    });
    assert.throws(() => new Memory({ location, compress: 99 }), { message: /from 1 to 9/ });
  });
});

describe('Memory.cache: ignore', () => {
  it('leaves out parameters by name and by position', async () => {
    const fn = (x: number, label: string, debug = false) => {
      runs++;
      return `${x}${label}${debug}`;
    };
    const cached = memory.cache(fn, { ignore: ['debug', 1] });
    await cached(1, 'a', true);
    await cached(1, 'b', false);
    assert.equal(runs, 1);
    await cached(2, 'a');
    assert.equal(runs, 2);
  });

  it('leaves out members of an object, by name where the parameter is a pattern', async () => {
    const first = memory.cache(
      ({ x, verbose }: { x: number; verbose: boolean }) => {
        runs++;
        return verbose ? x : x;
      },
      { ignore: ['verbose'] },
    );
    await first({ x: 1, verbose: true });
    await first({ x: 1, verbose: false });
    const second = memory.cache(
      (options: { x: number; verbose: boolean }) => {
        runs++;
        return options.x;
      },
      { ignore: ['options.verbose'] },
    );
    await second({ x: 1, verbose: true });
    await second({ x: 1, verbose: false });
    assert.equal(runs, 2);
    await second({ x: 2, verbose: false });
    assert.equal(runs, 3);
  });

  it('says once that members of instances are not left out', async () => {
    class Options {
      constructor(
        readonly x: number,
        readonly v: number,
      ) {}
    }
    const cached = memory.cache(
      function read(o: Options | Map<string, number> | undefined) {
        runs++;
        return o instanceof Options ? o.x : o?.get('x');
      },
      { ignore: ['o.v'] },
    );
    const warnings = await warningsOf(async () => {
      for (const v of [1, 2]) {
        await cached(new Options(1, v));
        await cached(new Map([['v', v]]));
        await cached(undefined);
      }
    });
    assert.equal(runs, 5);
    assert.deepEqual(
      warnings.map((warning) => warning.replace(/, which.*/, '')),
      ['Options', 'Map'].map((kind) => `read: ignore names v of o, and o is an instance of ${kind}`),
    );
  });

  it('leaves out rest parameters and variables from outside', async () => {
    const log: string[] = [];
    const cached = memory.cache(
      (x: number, ...notes: string[]) => {
        runs++;
        log.push(...notes);
        return x;
      },
      { ignore: ['notes', 'log'] },
    );
    await cached(1, 'a', 'b');
    await cached(1, 'c');
    assert.equal(runs, 1);
    assert.deepEqual(log, ['a', 'b']);
  });

  it('refuses what lies deeper, and positions there are not', () => {
    const deep = (o: { a: { b: number } }) => o.a.b;
    for (const ignore of [['o.a.b'], ['o.'], [-1]]) {
      assert.throws(() => memory.cache(deep, { ignore }), {
        code: 'ERR_INVALID_OPTION',
        message: /ignore has/,
      });
    }
  });

  it('refuses names that are nowhere', () => {
    assert.throws(() => memory.cache((x: number, { y }: { y: number }) => x + y, { ignore: ['z'] }), {
      code: 'ERR_INVALID_OPTION',
      message: /ignore names 'z', which .* neither takes nor uses; its parameters are x, y/,
    });
    assert.throws(() => memory.cache((x: number) => x, { ignore: 'x' as never }), {
      code: 'ERR_INVALID_OPTION',
    });
  });
});

describe('cached functions', () => {
  it('call computes in any case, and stores', async () => {
    let value = 'first';
    const read = memory.cache(() => value, { ignore: ['value'] });
    await read();
    value = 'second';
    assert.equal(await read(), 'first');
    assert.equal(await read.call(), 'second');
    assert.equal(await read(), 'second');
  });

  it('callAndShelve gives a reference that reads the result when asked', async () => {
    const make = memory.cache((n: number) => {
      runs++;
      return new Float64Array(n);
    });
    const shelved = await make.callAndShelve(4);
    const again = await make.callAndShelve(4);
    assert.equal(runs, 1);
    assert.deepEqual(await shelved.get(), new Float64Array(4));
    await again.clear();
    await assert.rejects(shelved.get(), { code: 'ERR_BAD_FILE', message: /shelved result of .*is gone/ });
    assert.equal(await make.checkCallInCache(4), false);
  });

  it('clear, of a function and of a memory, leaves the files of others alone', async () => {
    writeFileSync(join(location, 'mine.txt'), 'mine');
    const one = memory.cache(() => 1);
    const two = memory.cache(() => 2);
    await Promise.all([one(), two()]);
    await one.clear();
    assert.deepEqual([await one.checkCallInCache(), await two.checkCallInCache()], [false, true]);
    await memory.clear();
    assert.equal(await two.checkCallInCache(), false);
    assert.deepEqual(filesIn(location), [join(location, 'mine.txt')]);
    assert.equal(await two(), 2);
  });

  it('eval calls through the cache', async () => {
    const fn = (x: number) => {
      runs++;
      return x + 1;
    };
    assert.deepEqual([await memory.eval(fn, 1), await memory.eval(fn, 1)], [2, 2]);
    assert.equal(runs, 1);
  });
});

describe('expiresAfter', () => {
  it('computes results again that are too old', async () => {
    const fn = () => {
      runs++;
      return runs;
    };
    const cached = memory.cache(fn, { cacheValidationCallback: expiresAfter({ hours: 1 }) });
    assert.deepEqual([await cached(), await cached()], [1, 1]);
    assert.equal(await cached.checkCallInCache(), true);
    const atOnce = memory.cache(fn, { cacheValidationCallback: expiresAfter({ milliseconds: 0 }) });
    assert.equal(await atOnce.checkCallInCache(), false);
    assert.equal(await atOnce(), 2);
    assert.equal(await cached(), 2);
  });

  it('is a callback like any other, which sees what is known of the result', async () => {
    const seen: unknown[] = [];
    const cached = memory.cache(
      function area(a: number, b: string) {
        return a + b;
      },
      {
        cacheValidationCallback: (metadata) => {
          seen.push(metadata);
          return true;
        },
      },
    );
    const before = Date.now();
    await cached(2, 'x');
    await cached(2, 'x');
    const [{ time, duration, ...rest }] = seen as [{ time: number; duration: number }];
    assert.ok(time >= before && time <= Date.now() && duration >= 0);
    assert.deepEqual(rest, { function: 'area', inputArgs: ['2', "'x'"] });
  });

  it('refuses units there are not', () => {
    assert.throws(() => expiresAfter({ day: 1 } as never), {
      code: 'ERR_INVALID_OPTION',
      message: /got day: 1/,
    });
    assert.throws(() => expiresAfter({ days: -1 }), { code: 'ERR_INVALID_OPTION' });
    assert.throws(() => expiresAfter({}), { code: 'ERR_INVALID_OPTION', message: /got \{\}/ });
    assert.throws(() => expiresAfter(5 as never), { code: 'ERR_INVALID_OPTION' });
  });
});

describe('Memory.reduceSize', () => {
  const fill = async (count: number) => {
    const make = memory.cache((i: number) => new Float64Array(1000).fill(i));
    for (let i = 0; i < count; i++) await make(i);
    return make;
  };
  const age = (file: string, hours: number) => {
    const then = new Date(Date.now() - hours * 3_600_000);
    utimesSync(file, then, then);
  };

  it('keeps what was used last', async () => {
    const make = await fill(4);
    for (const file of filesIn(location)) age(file, 5);
    await make(2);
    assert.deepEqual((await memory.reduceSize({ itemsLimit: 1 })).items, 3);
    assert.equal(await make.checkCallInCache(2), true);
  });

  it('goes by bytes, in numbers and in words', async () => {
    await fill(4);
    await memory.reduceSize({ bytesLimit: '20K' });
    assert.equal(filesIn(location).length, 2);
    await memory.reduceSize({ bytesLimit: 10_000 });
    assert.equal(filesIn(location).length, 1);
    assert.ok((await memory.reduceSize({ bytesLimit: 0 })).bytes > 8000);
    assert.equal(filesIn(location).length, 0);
  });

  it('goes by age', async () => {
    await fill(3);
    age(filesIn(location)[0], 30);
    await memory.reduceSize({ ageLimit: { days: 2 } });
    assert.equal(filesIn(location).length, 3);
    await memory.reduceSize({ ageLimit: { days: 1 } });
    assert.equal(filesIn(location).length, 2);
    await memory.reduceSize({});
    assert.equal(filesIn(location).length, 2);
  });

  it('removes what writers that died have left, and nothing that is being written', async () => {
    await fill(1);
    const [file] = filesIn(location);
    writeFileSync(`${file}.1-a.tmp`, '');
    writeFileSync(`${file}.2-b.tmp`, '');
    age(`${file}.1-a.tmp`, 3);
    await memory.reduceSize({ itemsLimit: 10 });
    assert.deepEqual(filesIn(location).sort(), [file, `${file}.2-b.tmp`].sort());
  });

  it('takes null for no limit, as joblib takes None', async () => {
    const cached = memory.cache((x: number) => x);
    for (const x of [1, 2, 3]) await cached(x);
    const { items } = await memory.reduceSize({ bytesLimit: null, itemsLimit: 2, ageLimit: null });
    assert.equal(items, 1);
  });

  it('refuses limits that are none', async () => {
    for (const limits of [
      { bytesLimit: 'much' },
      { itemsLimit: -1 },
      { ageLimit: 5 },
      { ageLimit: false },
      { ageLimit: {} },
      { bytes: 1 },
    ]) {
      await assert.rejects(memory.reduceSize(limits as never), { code: 'ERR_INVALID_OPTION' });
    }
    assert.deepEqual(await new Memory({ location: join(location, 'none') }).reduceSize({ itemsLimit: 1 }), {
      items: 0,
      bytes: 0,
    });
  });
});

describe('Memory, when something is wrong', () => {
  it('computes again, with a warning, when a file is torn or foreign', async () => {
    const make = memory.cache((n: number) => {
      runs++;
      return new Float64Array(n).fill(1);
    });
    await make(5000);
    const [file] = filesIn(location);
    const whole = readFileSync(file);
    const damaged = Buffer.from(whole);
    damaged[whole.length - 100] ^= 1;
    const spoil: (() => void)[] = [
      ...[0, 10, 24, 300, whole.length - 1].map((length) => () => truncateSync(file, length)),
      () => writeFileSync(file, 'not mine'),
      () => writeFileSync(file, damaged),
      () => writeFileSync(file, Buffer.alloc(whole.length)),
      () => writeFileSync(file, Buffer.concat([whole, whole])),
    ];
    for (const [index, body] of spoil.entries()) {
      body();
      runs = 0;
      const warnings = await warningsOf(async () =>
        assert.deepEqual(await make(5000), new Float64Array(5000).fill(1)),
      );
      assert.equal(runs, 1, `case ${index}`);
      assert.equal(warnings.length, 1, `case ${index}`);
      assert.match(warnings[0], /cannot be read: .* It counts as not cached/);
      assert.deepEqual(readFileSync(file).length, whole.length);
    }
  });

  it('takes no file but the result of this very call', async () => {
    const square = memory.cache(function square(x: number) {
      runs++;
      return x * x;
    });
    await square(3);
    const [three] = filesIn(location);
    await square(4);
    const [four] = filesIn(location).filter((file) => file !== three);
    const other = readFileSync(four);
    const table = tableFromArrays({ x: [1] });
    const foreign: { readonly [what: string]: () => unknown } = {
      'it is a dump, and no cached result': () => dump('FOREIGN', three),
      'it looks like an Arrow file': async () => {
        await dump(table, `${three}.arrow`);
        renameSync(`${three}.arrow`, three);
      },
      'its first bytes are not those of any format': () => writeFileSync(three, tableToIPC(table)),
      'it is the result square-': () => writeFileSync(three, other),
    };
    for (const [what, put] of Object.entries(foreign)) {
      for (const validity of [{}, { cacheValidationCallback: () => true }]) {
        const again = memory.cache(square, validity);
        await put();
        runs = 0;
        const asked = await warningsOf(async () => assert.equal(await again.checkCallInCache(3), false));
        const called = await warningsOf(async () => assert.equal(await again(3), 9));
        for (const warnings of [asked, called]) {
          assert.equal(warnings.length, 1);
          assert.ok(warnings[0].startsWith(`${three} cannot be read: ${what}`), warnings[0]);
        }
        assert.equal(await again.checkCallInCache(3), true);
        assert.deepEqual([await again(3), await again(3), runs], [9, 9, 1]);
        await put();
        await warningsOf(async () => assert.equal(await (await again.callAndShelve(3)).get(), 9));
        const shelved = await again.callAndShelve(3);
        await put();
        await warningsOf(() => assert.rejects(shelved.get(), { code: 'ERR_BAD_FILE' }));
      }
    }
  });

  it('finds its results after the folder was moved', async () => {
    const square = (x: number) => x * x;
    await memory.cache(square)(3);
    const moved = `${location}-moved`;
    renameSync(location, moved);
    assert.equal(await new Memory({ location: moved }).cache(square).checkCallInCache(3), true);
  });

  it('checkCallInCache sees a file that ends too early', async () => {
    const cached = memory.cache((n: number) => new Float64Array(n));
    await cached(1000);
    const [file] = filesIn(location);
    truncateSync(file, readFileSync(file).length - 64);
    await warningsOf(async () => assert.equal(await cached.checkCallInCache(1000), false));
  });

  it('runs the function, and says once why it cannot be cached', async () => {
    const cached = memory.cache(function load(x: object) {
      runs++;
      return x;
    });
    const warnings = await warningsOf(async () => {
      await cached({ when: Promise.resolve() });
      await cached({ when: Promise.resolve() });
    });
    assert.equal(runs, 2);
    assert.equal(warnings.length, 1);
    assert.match(
      warnings[0],
      /^load runs without its cache: x of load\.when has no content to go by: Promise/,
    );
  });

  it('gives results that no file can keep, and says once why', async () => {
    const cached = memory.cache(function maker() {
      runs++;
      return { make: () => 1 };
    });
    const warnings = await warningsOf(async () => {
      assert.equal((await cached()).make(), 1);
      assert.equal((await (await cached.callAndShelve()).get()).make(), 1);
    });
    assert.equal(runs, 2);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /^the result of maker is not cached: the value\.make is the function make/);
  });

  it('gives results where nothing can be written', async () => {
    const file = join(location, 'a-file');
    writeFileSync(file, '');
    const blocked = new Memory({ location: file }).cache((x: number) => x * 2);
    const warnings = await warningsOf(async () => assert.equal(await blocked(4), 8));
    assert.equal(warnings.length, 1);
  });

  it('says when a function changes what it is found by', async () => {
    const log: number[] = [];
    const cached = memory.cache(function noisy(x: number) {
      log.push(x);
      return x;
    });
    const warnings = await warningsOf(() => cached(1));
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /^noisy changes something that it uses while it runs/);
  });
});
