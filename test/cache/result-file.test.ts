import assert from 'node:assert/strict';
import { readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, it } from 'node:test';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { dump, Memory } from 'apply-parallel';
import { filesIn, location, memory, warningsOf } from './support/fresh-memory.js';

let runs: number;
beforeEach(() => {
  runs = 0;
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
