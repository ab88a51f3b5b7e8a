import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { applyParallel, type GroupError, groupby, shutdown } from 'apply-parallel';

after(() => shutdown());

it('arrays on an error of a child process have buffers of their own', async () => {
  const fails = () => {
    throw Object.assign(new Error('no'), { at: Float64Array.of(1), all: new Uint8Array(1e6) });
  };
  const call = applyParallel(groupby([{ k: 1 }], 'k'), fails, { backend: 'processes', nJobs: 1 });
  const error = (await call.catch((reason) => reason)) as GroupError;
  const { at, all } = error.cause as Error & { at: Float64Array; all: Uint8Array };
  assert.deepEqual(at, Float64Array.of(1));
  assert.equal(at.buffer.byteLength, 8);
  assert.equal(all.buffer.byteLength, 1e6);
});
