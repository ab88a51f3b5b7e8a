import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';

const MB = 2 ** 20;

/** Makes 400 arrays of 1 MB in a new thread; returns the most MB that they had at once. */
async function mostAtOnce(isReported: boolean): Promise<number> {
  const code = `
    const { parentPort } = require('node:worker_threads');
    const load = (name) => import(${JSON.stringify(import.meta.resolve('#dist/index.js'))}.replace('index', name));
    load('arrow/index').then(async ({ reportSpentArrays }) => {
      (await load('util/index')).markWorker();
      const before = process.memoryUsage().arrayBuffers;
      let most = 0;
      for (let i = 0; i < 400; i++) {
        new Uint8Array(${MB}).fill(1);
        if (${isReported}) reportSpentArrays(${MB});
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      }
      parentPort.postMessage(most / ${MB});
    });
  `;
  const worker = new Worker(code, { eval: true, resourceLimits: { maxYoungGenerationSizeMb: 6 } });
  const [most] = await once(worker, 'message');
  await worker.terminate();
  return most;
}

describe('arrays that functions returned', () => {
  it('are collected long before V8 alone collects them', async () => {
    const [alone, reported] = [await mostAtOnce(false), await mostAtOnce(true)];
    assert.ok(reported < (alone * 3) / 4, `${reported} MB at once, without reports ${alone} MB`);
  });
});
