import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, it } from 'node:test';
import { filesIn, location, memory } from './support/fresh-memory.js';

let runs: number;
beforeEach(() => {
  runs = 0;
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
