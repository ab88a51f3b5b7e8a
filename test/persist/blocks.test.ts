import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { dump, load } from 'apply-parallel';
import { home, newFile } from './support/there-and-back.js';

describe('a value that changes while it is dumped', () => {
  const changes: [string, (array: Float64Array) => void][] = [
    ['changed at the start', (array) => array.fill(1, 0, 1)],
    ['changed at the end', (array) => array.fill(1, -1)],
    ['transferred', (array) => structuredClone(array, { transfer: [array.buffer as ArrayBuffer] })],
  ];
  for (const [name, change] of changes) {
    for (const ending of ['', '.gz']) {
      it(`leaves what was there: ${name}${ending}`, async () => {
        const folder = mkdtempSync(join(home, 'changing-'));
        const file = join(folder, `a${ending}`);
        await dump('what was there before', file);
        const array = new Float64Array(600_000);
        const writing = dump({ small: Float64Array.of(1), array }, file);
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

  it('is written whole or not at all, however often another thread changes it', async () => {
    const array = new Int32Array(new SharedArrayBuffer(8_000_000));
    const worker = new Worker(
      'const { workerData: a } = require("node:worker_threads"); for (let i = 0; ; i++) a[(i * 7919) % a.length] ^= 1;',
      { eval: true, workerData: array },
    );
    const file = newFile();
    await dump(new Int32Array(1), file);
    for (let round = 0; round < 10; round++) {
      await dump(array, file).catch((error: { code?: string }) => assert.equal(error.code, 'ERR_UNSTORABLE'));
      await load(file);
    }
    await worker.terminate();
  });
});
