import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import { clock } from '#dist/run/clock.js';
import type { Failure } from '#dist/run/job.js';
import { claim, markStarted, recordBusy } from '#dist/run/job-control.js';
import { JobPass } from '#dist/run/job-pass.js';
import type { PoolLease } from '#dist/run/pool.js';
import type { TaskMessage } from '#dist/run/protocol.js';
import type { WorkerLease } from '#dist/run/task.js';
import { WorkerTask } from '#dist/run/worker-task.js';

const weights = new Int32Array(new SharedArrayBuffer(4)).fill(1);
const nothing = {
  isStarting: () => false,
  queueSize: new Int32Array(1),
  ended: new AbortController().signal,
  end: async () => {},
};
const state = () => ({
  order: undefined,
  first: 0,
  before: { count: 0, weight: 0 },
  losses: new Map<number, number>(),
  backlog: undefined,
  retries: undefined,
  failed: { first: Number.POSITIVE_INFINITY },
});

const withTasks = (lease: PoolLease): WorkerLease => ({
  ...lease,
  start: (params, onMessage) => new WorkerTask(lease, params, onMessage),
});

/** Runs one index in a worker that starts it at once, and then does what `work` says. */
async function failuresOf(
  timeout: number,
  work: (port: MessagePort, killed: AbortSignal) => Promise<void>,
  signal = new AbortController().signal,
) {
  const failures: Failure[] = [];
  const lease: PoolLease = {
    ...nothing,
    run(task, transferList, killed) {
      const { control, port } = task as TaskMessage;
      const own = structuredClone(port, { transfer: [...transferList] });
      if (!claim(control, 0, 1, 1)) {
        own.postMessage({ type: 'end', why: 'done' });
        return Promise.resolve();
      }
      markStarted(control, 0, 0, clock());
      return work(own, killed);
    },
  };
  const events = {
    onResults() {},
    onFailure(failure: Failure) {
      failures.push(failure);
      return true;
    },
  };
  const job = { kernel: { name: '', data: undefined }, count: 1, weights, timeout };
  await new JobPass(job, 1, state(), withTasks(lease), events, signal).run();
  return failures;
}

const outOfMemory = () => Object.assign(new Error('heap'), { code: 'ERR_WORKER_OUT_OF_MEMORY' });

describe('a pass with a timeout', { concurrency: true }, () => {
  it('does not count the time in which the heap of a dead worker is freed', async () => {
    const failures = await failuresOf(300, async (port) => {
      port.close();
      await sleep(1200);
      throw outOfMemory();
    });
    assert.deepEqual(
      failures.map(({ index, kind, error }) => [index, kind, (error as { code?: string }).code]),
      [[0, 'out-of-memory', 'ERR_WORKER_OUT_OF_MEMORY']],
    );
  });

  it('ends a worker that is late, and waits no longer for one that does not end', async () => {
    const failures = await failuresOf(
      30,
      (_, killed) =>
        new Promise((_, reject) => {
          killed.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
        }),
    );
    assert.deepEqual(
      failures.map(({ index, kind }) => [index, kind]),
      [[0, 'timeout']],
    );
  });
});

describe('a pass that is aborted', () => {
  it('takes no error of a worker that is being killed for its own', async () => {
    const user = new AbortController();
    const failures = await failuresOf(
      60_000,
      (port, killed) =>
        new Promise((_, reject) => {
          killed.addEventListener('abort', () => {
            port.postMessage({ type: 'broken', error: { thrown: 'value', value: 'half a module' } });
            port.close();
            reject(new Error('aborted'));
          });
          setImmediate(() => user.abort());
        }),
      user.signal,
    );
    assert.deepEqual(failures, []);
  });
});

describe('a pass that few workers begin', () => {
  /** Runs two indices with one beginner of two workers. Returns which workers got a task, in order. */
  async function workersOf(work: (message: TaskMessage, port: MessagePort, joined: Promise<void>) => void) {
    const began: number[] = [];
    let join: () => void = () => {};
    const joined = new Promise<void>((resolve) => {
      join = resolve;
    });
    const lease: PoolLease = {
      ...nothing,
      async run(task, transferList) {
        const message = task as TaskMessage;
        began.push(message.worker);
        if (message.worker === 1) join();
        const own = structuredClone(message.port, { transfer: [...transferList] });
        work(message, own, joined);
      },
    };
    let more = 0;
    const events = {
      onResults() {},
      onFailure: () => true,
      onMoreWorkers() {
        more++;
      },
    };
    const two = new Int32Array(new SharedArrayBuffer(8)).fill(1);
    const job = { kernel: { name: '', data: undefined }, count: 2, weights: two, beginners: 1 };
    const pass = new JobPass(job, 2, state(), withTasks(lease), events, new AbortController().signal);
    const { busyMs } = await pass.run();
    return { began, more, busyMs };
  }

  const finish = ({ control, worker }: TaskMessage, port: MessagePort) => {
    for (let at = claim(control, worker, 1, 2); at; at = claim(control, worker, 1, 2)) {
      recordBusy(control, worker, 3);
      port.postMessage({ type: 'results', results: undefined, claimed: at });
    }
    port.postMessage({ type: 'end', why: 'done' });
  };

  it('leaves the others out if the work is done soon, and tells how long it took', async () => {
    const found = await workersOf(finish);
    assert.deepEqual(found, { began: [0], more: 0, busyMs: 6 });
  });

  it('has the others follow if there is work left', async () => {
    const found = await workersOf(async (message, port, joined) => {
      if (message.worker === 0) await joined;
      finish(message, port);
    });
    assert.deepEqual(found, { began: [0, 1], more: 1, busyMs: 6 });
  });
});
