// alone: other tests would push its functions out of those that are kept.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ship } from '#dist/ship/index.js';
import { receive } from '#dist/ship/worker.js';

setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');

/** Receives a function and holds it no longer. */
async function received(fn: () => unknown): Promise<WeakRef<object>> {
  const shipped = await ship(fn);
  return new WeakRef(await receive(shipped));
}

async function collect(): Promise<void> {
  for (let k = 0; k < 3; k++) {
    // A WeakRef holds its object until the task ends.
    await new Promise(setImmediate);
    gc();
  }
}

test('a function that arrived is kept until it arrives again', async () => {
  const factor = 2;
  const fn = () => factor * 21;
  const first = await received(fn);
  await collect();
  assert.ok(first.deref());

  const second = await received(fn);
  await collect();
  assert.equal(first.deref(), undefined);
  assert.ok(second.deref());
});

test('a function that holds much is not kept', async () => {
  const values = new Float64Array(100_000);
  const arrived = await received(() => values.length);
  await collect();
  assert.equal(arrived.deref(), undefined);
});

test('a function that holds shared memory is not kept', async () => {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const arrived = await received(() => shared.length);
  await collect();
  assert.equal(arrived.deref(), undefined);
});
