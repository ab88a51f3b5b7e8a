// alone: it ends all workers after each test

import assert from 'node:assert/strict';
import { after, afterEach, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { groupby, parallelConfig, shutdown } from '#dist/index.js';
import { idleWorkers } from '#dist/run/index.js';

const rows = Array.from({ length: 100_000 }, (_, i) => ({ k: i % 3, x: i }));

afterEach(() => shutdown());
after(() => shutdown());

const columns = { k: new Int32Array(1_000_000) };

for (const [kind, frame] of Object.entries({ rows, columns })) {
  it(`a large frame of ${kind}, which has to be converted, starts the workers when it is grouped`, async () => {
    const before = threads();
    await parallelConfig({ nJobs: 2 }, () => groupby(frame as typeof rows, 'k'));
    for (let tries = 0; idleWorkers() < 2 && tries < 1000; tries++) await delay(10);
    assert.equal(idleWorkers(), 2);
    assert.equal(threads(), before + 2);
  });
}

it('a small one, or one for this thread, starts none', async () => {
  const before = threads();
  groupby(rows.slice(1), 'k');
  groupby({ k: columns.k.slice(1) }, 'k');
  await parallelConfig({ nJobs: 1 }, () => groupby(rows, 'k'));
  await parallelConfig({ backend: 'inline' }, () => groupby(rows, 'k'));
  assert.equal(threads(), before);
});

/** Returns the number of worker threads of this process; a loader of modules may have one of its own. */
const threads = (): number => (process.report.getReport() as { workers: readonly unknown[] }).workers.length;
