import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApplyError, applyParallel, groupby } from 'apply-parallel';

const hasCode = (code: string) => (error: unknown) => error instanceof ApplyError && error.code === code;

describe('an iterable of groups', () => {
  it('may hold groups in the columns form', async () => {
    const frames = [...groupby({ k: ['a', 'b'], s: ['x', 'y'] }, 'k')];
    const out = await applyParallel(frames, (g) => g, { nJobs: 1, output: 'records' });
    assert.deepEqual(out, [
      { k: 'a', s: 'x' },
      { k: 'b', s: 'y' },
    ]);
  });

  it('may not have keys that cannot travel', async () => {
    const pairs = [[Symbol('x'), [{ x: 1 }]]] as never;
    await assert.rejects(
      applyParallel(pairs, () => null, { nJobs: 2 }),
      hasCode('ERR_INVALID_OPTION'),
    );
  });

  it('is ended when its call is aborted', async () => {
    const abort = new AbortController();
    let ended = false;
    async function* endless() {
      try {
        for (;;) {
          yield [{ x: 1 }];
          await new Promise(setImmediate);
          abort.abort();
        }
      } finally {
        ended = true;
      }
    }
    await assert.rejects(
      applyParallel(endless(), (g) => g, { signal: abort.signal }),
      hasCode('ERR_ABORTED'),
    );
    while (!ended) await new Promise(setImmediate);
  });
});
