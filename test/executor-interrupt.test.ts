// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createExecutor } from 'apply-parallel';
import { interruptSignal } from '#dist/util/notebook.js';

const square = (x: number) => x * x;
describe('the interrupt of a notebook', () => {
  before(() => {
    // As tslab leaves it.
    Object.assign(globalThis, { __tslab__: { require: () => ({ newDisplay: () => ({ html() {} }) }) } });
  });
  after(() => {
    Reflect.deleteProperty(globalThis, '__tslab__');
    process.removeAllListeners('SIGINT');
  });

  for (const kind of ['threads', 'async'] as const) {
    it(`ends what was submitted, and not the executor, ${kind}`, async () => {
      await using executor = createExecutor({ kind, maxWorkers: 1 });
      const running = executor.submit(() => new Promise(() => {}));
      const waiting = executor.submit(square, 2);
      while (!running.running()) await sleep(5);
      process.emit('SIGINT');
      for (const future of [running, waiting]) await assert.rejects(future, { code: 'ERR_ABORTED' });
      assert.equal(await executor.submit(square, 3), 9);
    });

    it(`comes between submit and shutdown, ${kind}`, async () => {
      const executor = createExecutor({ kind, maxWorkers: 2 });
      const future = executor.submit(square, 2);
      const over = executor.shutdown();
      process.emit('SIGINT');
      await assert.rejects(future, { code: 'ERR_ABORTED' });
      await over;
    });

    it(`is heard by nobody when all is over, ${kind}`, async () => {
      for (let k = 0; k < 3; k++) {
        await using executor = createExecutor({ kind, maxWorkers: 2 });
        assert.deepEqual(await Promise.all([1, 2].map((x) => executor.submit(square, x))), [1, 4]);
      }
      const listeners = () => getEventListeners(interruptSignal() as AbortSignal, 'abort');
      while (listeners().length > 0) await sleep(5);
    });
  }
});
