import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { isInsideWorker, markWorker } from '../../src/util/is-inside-worker.js';

it('a thread of the pool knows that it is one; threads of others are none', async () => {
  assert.equal(isInsideWorker(), false);
  markWorker();
  assert.equal(isInsideWorker(), true);
  // The mark is the thread's own.
  const source = `require('node:worker_threads').parentPort.postMessage(globalThis[Symbol.for('apply-parallel.worker')] === true)`;
  const thread = new Worker(source, { eval: true, execArgv: [] });
  const inside = await new Promise((resolve) => thread.once('message', resolve));
  assert.equal(inside, false);
});
