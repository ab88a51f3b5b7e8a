import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import {
  type Claim,
  claim,
  clearClaim,
  createControl,
  isStopped,
  lastActivity,
  markFinished,
  markStarted,
  progressOf,
  stopJob,
  unclaimedCount,
  uncountFinished,
} from '../../src/run/job-control.js';

/** Claims by all workers: together they are 0 … count-1, each position once. */
function assertCovers(claims: readonly Claim[], count: number): void {
  const sorted = claims.toSorted((a, b) => a.from - b.from);
  let next = 0;
  for (const { from, to } of sorted) {
    assert.equal(from, next);
    assert.ok(to > from);
    next = to;
  }
  assert.equal(next, count);
}

describe('job control', () => {
  it('hands out every position once, in order', () => {
    const control = createControl(3);
    const claims: Claim[] = [];
    for (let worker = 0; ; worker = (worker + 1) % 3) {
      const claimed = claim(control, worker, 1 + worker * 4, 100);
      if (claimed === undefined) break;
      claims.push(claimed);
      assert.equal(unclaimedCount(control, 100), 100 - claimed.to);
    }
    assertCovers(claims, 100);
  });

  it('stands any size: the counter never runs over', () => {
    for (const size of [2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 33 + 1, Number.MAX_SAFE_INTEGER]) {
      const control = createControl(4);
      assert.deepEqual(claim(control, 0, size, 10), { from: 0, to: 10 });
      for (let again = 0; again < 5; again++) assert.equal(claim(control, again % 4, size, 10), undefined);
      assert.equal(unclaimedCount(control, 10), 0);
    }
  });

  it('tells what a worker was at, finished or not, and what it had claimed', () => {
    const control = createControl(2);
    assert.deepEqual(lastActivity(control, 1), { position: -1, isFinished: false, from: 0, to: 0 });
    claim(control, 0, 5, 20);
    claim(control, 1, 5, 20);
    markStarted(control, 1, 5);
    assert.deepEqual(lastActivity(control, 1), { position: 5, isFinished: false, from: 5, to: 10 });
    markFinished(control, 1, 7);
    assert.deepEqual(lastActivity(control, 1), { position: 5, isFinished: true, from: 5, to: 10 });
    markStarted(control, 1, 6);
    assert.deepEqual(lastActivity(control, 1), { position: 6, isFinished: false, from: 5, to: 10 });
    clearClaim(control, 1);
    const { position, from, to } = lastActivity(control, 1);
    assert.equal(position, -1);
    assert.equal(from, to);
  });

  it('counts what all have done, and takes back what is to be done again', () => {
    const control = createControl(2);
    markStarted(control, 0, 0);
    markFinished(control, 0, 10);
    markStarted(control, 1, 1);
    markFinished(control, 1, 5);
    assert.deepEqual(progressOf(control), { count: 2, weight: 15 });
    uncountFinished(control, 1, 5);
    assert.deepEqual(progressOf(control), { count: 1, weight: 10 });
  });

  it('stops', () => {
    const control = createControl(1);
    assert.equal(isStopped(control), false);
    stopJob(control);
    assert.equal(isStopped(control), true);
  });

  it('holds between real threads that race', async () => {
    const count = 200_000;
    const workers = 4;
    const control = createControl(workers);
    const start = new Int32Array(new SharedArrayBuffer(4));
    const module = pathToFileURL(`${import.meta.dirname}/../../build/run/job-control.js`).href;
    const source = `
      const { parentPort, workerData: { control, worker, start, count } } = require('node:worker_threads');
      import(${JSON.stringify(module)}).then(({ markStarted, claim, markFinished }) => {
        Atomics.add(start, 0, 1);
        while (Atomics.load(start, 0) < ${workers});
        const claims = [];
        for (let size = 1 + worker; ; size = (size % 7) + 1) {
          const claimed = claim(control, worker, size, count);
          if (claimed === undefined) break;
          for (let at = claimed.from; at < claimed.to; at++) { markStarted(control, worker, at); markFinished(control, worker, 2); }
          claims.push(claimed);
        }
        parentPort.postMessage(claims);
      });`;
    const all = await Promise.all(
      Array.from({ length: workers }, async (_, worker) => {
        const thread = new Worker(source, {
          eval: true,
          execArgv: [],
          workerData: { control, worker, start, count },
        });
        const [claims] = (await once(thread, 'message')) as [Claim[]];
        return claims;
      }),
    );
    assertCovers(all.flat(), count);
    assert.deepEqual(progressOf(control), { count, weight: count * 2 });
  });
});
