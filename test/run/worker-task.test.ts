import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MessagePort } from 'node:worker_threads';
import { failureKindOf, type WorkerDeath } from '#dist/run/death-kinds.js';
import type { PoolLease } from '#dist/run/pool.js';
import type { WorkerMessage } from '#dist/run/protocol.js';
import type { ProgressMessage } from '#dist/run/task.js';
import { WorkerTask } from '#dist/run/worker-task.js';

/** Stands for the thread and the pool: the test says what the worker posts and when the pool settles. */
function start() {
  let port: MessagePort | undefined;
  let settle: (error?: Error) => void = () => {};
  let signal: AbortSignal | undefined;
  const lease: Pick<PoolLease, 'run' | 'queueSize'> = {
    queueSize: new Int32Array(new SharedArrayBuffer(4)),
    run(task, transferList, killed) {
      // The worker's end of the port, which the pool transfers.
      port = structuredClone((task as { port: MessagePort }).port, { transfer: [...transferList] });
      signal = killed;
      return new Promise((resolve, reject) => {
        settle = (error) => (error ? reject(error) : resolve(undefined));
        // As Piscina does it: a kill rejects at once, before the thread has ended.
        killed.addEventListener('abort', () => reject(new Error('aborted')));
      });
    },
  };
  const messages: ProgressMessage[] = [];
  const task = new WorkerTask(lease as PoolLease, {} as never, (message) => messages.push(message));
  let ended: unknown;
  const end = task.end.then((value) => {
    ended = value;
    return value as WorkerDeath;
  });
  return {
    task,
    end,
    messages,
    post: (message: WorkerMessage) => port?.postMessage(message),
    closePort: () => port?.close(),
    settle: (error?: Error) => settle(error),
    isKilled: () => signal?.aborted,
    hasEnded: () => ended !== undefined,
  };
}

const outOfMemory = () => Object.assign(new Error('heap'), { code: 'ERR_WORKER_OUT_OF_MEMORY' });
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Longer than any timer that could give up. */
const LONG_MS = 1500;
const results: ProgressMessage = { type: 'results', results: 1, claimed: { from: 0, to: 1 } };

describe('WorkerTask', { concurrency: true }, () => {
  it('waits for what the thread ended of, however long that comes after its port has closed', async () => {
    const { task, end, closePort, settle, hasEnded } = start();
    closePort();
    await sleep(LONG_MS);
    assert.deepEqual([hasEnded(), task.isOver], [false, true]);
    settle(outOfMemory());
    const death = await end;
    assert.equal(failureKindOf(death), 'out-of-memory');
    assert.deepEqual([death.isIndexToBlame, death.wasAnnounced], [true, false]);
  });

  it('does not wait when the thread has announced its end', async () => {
    const { end, post, closePort } = start();
    post({ type: 'dying', isIndexToBlame: false });
    closePort();
    assert.deepEqual(await end, { error: undefined, isIndexToBlame: false, wasAnnounced: true });
  });

  it('does not wait when the job is over, before or after the port has closed', async () => {
    for (const isLate of [false, true]) {
      const { task, end, closePort, hasEnded } = start();
      if (isLate) {
        closePort();
        while (!task.isOver) await sleep(1);
        assert.equal(hasEnded(), false);
      }
      task.stop();
      if (!isLate) closePort();
      assert.equal((await end).error, undefined);
    }
  });

  it('takes the messages that lie in the port of a thread that has ended, and closes it', async () => {
    const { end, post, messages, settle } = start();
    post(results);
    post(results);
    // Node has not closed the port.
    settle(outOfMemory());
    assert.equal(failureKindOf(await end), 'out-of-memory');
    assert.deepEqual(messages, [results, results]);
  });

  it('is over soon after a kill, although the thread may be in native code that does not return', async () => {
    const { task, end, post, messages, isKilled } = start();
    post(results);
    task.kill();
    assert.equal(isKilled(), true);
    await end;
    assert.deepEqual([messages, task.isOver], [[results], true]);
  });

  it('kills nothing once the task is over: the thread may run another one', async () => {
    const { task, end, post, settle, isKilled } = start();
    post({ type: 'end', why: 'done' });
    assert.equal(await end, 'done');
    settle();
    task.kill();
    assert.equal(isKilled(), false);
  });
});
