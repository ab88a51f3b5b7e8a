// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyParallel, GroupError, groupby } from 'apply-parallel';
import { type Cluster, spark } from 'apply-parallel/spark';
import { within } from '../../support/within.js';
import { noSpark, type SparkServer, startSpark } from './support/spark-server.js';

const skip = noSpark ?? (process.platform === 'linux' ? undefined : 'finds executors in /proc');

/** Executors in processes of their own, as on a real cluster. */
describe('executors that die', { skip, timeout: 900_000 }, () => {
  let server: SparkServer;
  let cluster: Cluster;
  before(async () => {
    server = await startSpark({ master: 'local-cluster[2,1,1024]' });
    cluster = await spark(server.url);
  });
  after(async () => {
    await cluster?.close();
    await server?.stop();
  });

  it('cost a call time, and no group', async () => {
    const ids = cluster.sql('select id % 24 as k, id as x from range(0, 2400)');
    const slow = async ({ x }: { x: BigInt64Array }, { key }: { key: unknown }) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { k: [Number(key)], sum: [Number(x.reduce((sum, value) => sum + value, 0n))] };
    };
    // Starts Python and Node on the executors, which takes long.
    await applyParallel(groupby(ids, 'k'), () => null, { nJobs: 2 });
    const running = applyParallel(groupby(ids, 'k'), slow, { input: 'columns', nJobs: 6 });
    // Prevents an unhandled rejection; awaited below.
    running.catch(() => {});
    const killed = [
      await killOne(server.pid, /CoarseGrainedExecutorBackend/),
      await killOne(server.pid, /apply_parallel_\w+\.mjs/),
    ];
    assert.deepEqual(
      killed.map((pid) => pid > 0),
      [true, true],
    );
    const out = await within(300_000, 'the call to go on without the executor and the Node', running);
    assert.deepEqual(
      out.toArray().map((row) => row.toJSON()),
      Array.from({ length: 24 }, (_, k) => ({
        k,
        sum: Array.from({ length: 100 }, (_, n) => k + 24 * n).reduce((sum, value) => sum + value, 0),
      })),
    );
  });

  describe('a function that crashes its process', () => {
    const crash = ({ x }: { x: BigInt64Array }, { key }: { key: unknown }) => {
      if (Number(key) % 5 === 3) {
        process.kill(process.pid, 'SIGSEGV');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000);
      }
      return { k: [Number(key)], n: [x.length] };
    };
    const summed = (keys: readonly number[]) => keys.map((k) => ({ k, n: 100 }));
    const rowsOf = (table: { toArray(): { toJSON(): unknown }[] }) =>
      table.toArray().map((row) => row.toJSON());
    const all = Array.from({ length: 12 }, (_, k) => k);

    it('costs its groups, and no task', async () => {
      const ids = cluster.sql('select id % 12 as k, id as x from range(0, 1200)');
      const failed: unknown[] = [];
      const onError = ({ key, code, message }: GroupError) => {
        failed.push([key, code]);
        assert.match(message, /^group [38]n?: the worker ended with SIGSEGV/);
        return null;
      };
      const out = await applyParallel(groupby(ids, 'k'), crash, { input: 'columns', onError, nJobs: 3 });
      assert.deepEqual(rowsOf(out), summed(all.filter((k) => k % 5 !== 3)));
      assert.deepEqual(failed.sort(), [
        [3n, 'ERR_WORKER_EXITED'],
        [8n, 'ERR_WORKER_EXITED'],
      ]);
    });

    it('is a GroupError, of a remote frame and of one that is here', async () => {
      const ids = cluster.sql('select id % 12 as k, id as x from range(0, 1200)');
      const here = await applyParallel(groupby(ids, 'k'), (g: { k: BigInt64Array; x: BigInt64Array }) => g, {
        input: 'columns',
      });
      const calls = [
        () => applyParallel(groupby(ids, 'k'), crash, { input: 'columns' }),
        () => applyParallel(groupby(here, 'k'), crash, { input: 'columns', backend: cluster }),
      ];
      for (const call of calls) {
        await assert.rejects(call(), (error: unknown) => {
          assert.ok(error instanceof GroupError);
          assert.equal(error.code, 'ERR_WORKER_EXITED');
          assert.equal(Number(error.key) % 5, 3);
          return true;
        });
      }
    });
  });
});

/** Waits for a process of the server's group with such a command line, and kills it. */
async function killOne(group: number, command: RegExp): Promise<number> {
  for (let attempt = 0; attempt < 1200; attempt++) {
    const pid = processesOf(group).find((each) => command.test(commandOf(each)));
    if (pid !== undefined) {
      process.kill(pid, 'SIGKILL');
      return pid;
    }
    await sleep(100);
  }
  return 0;
}

/** Returns the processes that descend from one. */
function processesOf(ancestor: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const [, parent] = /\) \w (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
      parents.set(Number(name), Number(parent));
    } catch {
      // It has ended meanwhile.
    }
  }
  return [...parents.keys()].filter((pid) => {
    for (let each: number | undefined = pid; each !== undefined && each > 1; each = parents.get(each)) {
      if (each === ancestor) return true;
    }
    return false;
  });
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
