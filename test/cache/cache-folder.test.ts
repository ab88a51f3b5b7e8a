import assert from 'node:assert/strict';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Memory } from 'apply-parallel';
import { filesIn, location, memory } from './support/fresh-memory.js';

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
