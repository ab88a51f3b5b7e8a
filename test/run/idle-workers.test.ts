import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { idleWorkers, shutdown, warmPool } from '#dist/run/index.js';

after(() => shutdown());

it('counts workers as idle once they have loaded what they need', async () => {
  assert.equal(idleWorkers(), 0);
  warmPool(2, { name: 'createSplitKernel', isAlone: true });
  assert.equal(idleWorkers(), 0);
  // Piscina calls its first workers ready here, long before they are.
  await delay(0);
  assert.equal(idleWorkers(), 0);
  await untilIdle();
  assert.equal(idleWorkers(), 2);
  // These are not in the file that the workers began with.
  warmPool(2, { name: 'createReadKernel' });
  assert.equal(idleWorkers(), 0);
  await untilIdle();
  assert.equal(idleWorkers(), 2);
  warmPool(2, { name: 'createReadKernel' });
  assert.equal(idleWorkers(), 2);
});

it('sees without a turn of the event loop that workers have loaded', async () => {
  await shutdown();
  warmPool(2, { name: 'createSplitKernel', isAlone: true });
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; idleWorkers() === 0 && tries < 6000; tries++) Atomics.wait(sleeper, 0, 0, 10);
  assert.equal(idleWorkers(), 2);
});

async function untilIdle(): Promise<void> {
  for (let tries = 0; idleWorkers() === 0 && tries < 1000; tries++) await delay(10);
}
