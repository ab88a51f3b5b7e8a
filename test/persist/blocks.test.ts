import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { dump, load } from 'apply-parallel';
import { writeDump } from '#dist/persist/write-dump.js';
import { home, newFile } from './support/there-and-back.js';

describe('a value that changes while it is dumped', () => {
  const changes: [string, (array: Float64Array) => void][] = [
    ['changed in the middle', (array) => array.fill(1, array.length / 2)],
    ['changed at the end', (array) => array.fill(1, -1)],
    ['transferred', (array) => structuredClone(array, { transfer: [array.buffer as ArrayBuffer] })],
  ];
  for (const [name, change] of changes) {
    it(`is kept as it was when this thread writes all of it: ${name}`, async () => {
      const file = newFile();
      const array = new Float64Array(600_000).fill(5);
      const small = Float64Array.of(7);
      const writing = writeDump({ array, small }, file, undefined, { patience: Number.POSITIVE_INFINITY });
      change(array);
      change(small);
      await writing;
      assert.deepEqual(await load(file), {
        array: new Float64Array(600_000).fill(5),
        small: Float64Array.of(7),
      });
    });

    for (const ending of ['', '.gz']) {
      it(`leaves what was there: ${name}${ending}`, async () => {
        const folder = mkdtempSync(join(home, 'changing-'));
        const file = join(folder, `a${ending}`);
        await dump('what was there before', file);
        const array = new Float64Array(600_000);
        const value = { small: Float64Array.of(1), array };
        const writing = ending ? dump(value, file) : writeDump(value, file, undefined, { patience: 0 });
        change(array);
        await assert.rejects(writing, { code: 'ERR_UNSTORABLE', message: /changed while it was being/ });
        assert.equal(await load(file), 'what was there before');
        assert.deepEqual(readdirSync(folder), [`a${ending}`]);
      });

      it(`is kept as it was when it is small: ${name}${ending}`, async () => {
        const file = newFile(ending);
        const array = Float64Array.of(5, 6, 7);
        const writing = dump(array, file);
        change(array);
        await writing;
        assert.deepEqual(await load(file), Float64Array.of(5, 6, 7));
      });
    }
  }

  it('comes back however long this thread writes, with large and small arrays in turns', async () => {
    const value = Array.from({ length: 300 }, (_, k) => {
      const length = k % 10 === 0 ? 100_000 + k : k;
      return new Int32Array(
        k % 3 === 0 ? new SharedArrayBuffer(4 * length) : new ArrayBuffer(4 * length),
      ).fill(k, 1);
    });
    for (const patience of [0, 1, 3, 10, Number.POSITIVE_INFINITY]) {
      const file = newFile();
      const bytes = await writeDump(value, file, undefined, { patience });
      assert.equal(statSync(file).size, bytes);
      assert.deepEqual(await load(file), value);
    }
  });

  it('is written whole or not at all, however often another thread changes it', async () => {
    const array = new Int32Array(new SharedArrayBuffer(8_000_000));
    const worker = new Worker(
      'const { workerData: a } = require("node:worker_threads"); for (let i = 0; ; i++) a[(i * 7919) % a.length] ^= 1;',
      { eval: true, workerData: array },
    );
    const file = newFile();
    await dump(new Int32Array(1), file);
    for (let round = 0; round < 10; round++) {
      const patience = round % 2 === 0 ? 0 : Number.POSITIVE_INFINITY;
      const writing = writeDump(array, file, undefined, { patience });
      await writing.catch((error: { code?: string }) => assert.equal(error.code, 'ERR_UNSTORABLE'));
      await load(file);
    }
    await worker.terminate();
  });
});
