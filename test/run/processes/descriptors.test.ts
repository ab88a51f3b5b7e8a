// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { applyParallel, groupby, partial, shutdown } from 'apply-parallel';

const options = { backend: 'processes', nJobs: 1, output: 'records', batchSize: 1 } as const;
const grouped = groupby(
  [1, 2, 3, 4, 5].map((k) => ({ k })),
  'k',
);
const close = (_: unknown, { descriptor }: { descriptor: number }, { key }: { key: number }) => {
  if (key === 2) process.getBuiltinModule('node:fs').closeSync(descriptor);
  return { pid: process.pid };
};
/** Opens a file, which gets the number of the last one that was closed, and fails if the console has it. */
const opens = () => {
  const { closeSync, openSync } = process.getBuiltinModule('node:fs');
  const descriptor = openSync('/dev/null', 'w');
  closeSync(descriptor);
  return { pid: process.pid, descriptor };
};

describe('a function that closes files it has not opened', { skip: process.platform === 'win32' }, () => {
  after(() => shutdown());

  for (const [what, descriptor] of Object.entries({ stdin: 0, stdout: 1, 'its activity': 5, lifeline: 6 })) {
    it(`gets another process for the groups after it: ${what}`, async () => {
      const rows = await applyParallel(grouped, partial(close, { descriptor }), options);
      const [first, second] = rows;
      assert.equal(second.pid, first.pid);
      // The next claim may have been sent already.
      assert.notEqual(rows[4].pid, second.pid);
      const next = await applyParallel(grouped, opens, options);
      assert.ok(next.every((row) => row.descriptor > 6 && row.pid !== second.pid));
    });
  }

  it('is blamed if it closes the connection to the program', async () => {
    await assert.rejects(applyParallel(grouped, partial(close, { descriptor: 4 }), options), {
      code: 'ERR_WORKER_EXITED',
      message: /^group 2: the worker lost its connection .* closed a file descriptor that it had not opened/,
    });
    assert.equal((await applyParallel(grouped, opens, options)).length, 5);
  });

  it('does not keep the call from ending if the process can hear no more', async () => {
    const rows = await applyParallel(grouped, partial(close, { descriptor: 3 }), options);
    assert.equal(rows.length, 5);
  });

  it('does not keep the call from ending if the process has a message that it has not read', async () => {
    const closeLater = async (rows: { k: number }[]) => {
      const { closeSync } = process.getBuiltinModule('node:fs');
      if (rows[0].k === 5) {
        // The next claim arrives meanwhile, and the event loop does not read it.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
        closeSync(3);
      }
      return { pid: process.pid };
    };
    const eight = groupby(
      [1, 2, 3, 4, 5, 6, 7, 8].map((k) => ({ k })),
      'k',
    );
    const rows = await applyParallel(eight, closeLater, options);
    assert.equal(rows.length, 8);
    assert.notEqual(rows[7].pid, rows[0].pid);
  });
});

describe('child processes of several calls', () => {
  after(() => shutdown());

  it('are replaced for the calls that wait', async () => {
    const dies = async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      process.exit(3);
    };
    const one = applyParallel(groupby([{ k: 1 }], 'k'), dies, options);
    const two = applyParallel(groupby([{ k: 1 }], 'k'), (rows) => rows, options);
    await assert.rejects(one, { code: 'ERR_WORKER_EXITED' });
    assert.deepEqual(await two, [{ k: 1 }]);
  });
});
