import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { it } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { countLogs, noteLogs, untilLogged } from '#dist/run/received-logs.js';

/** What logs need of a worker. Its output is read at once, as Node reads that of workers. */
function fakeWorker(threadId: number) {
  const worker = Object.assign(new EventEmitter(), {
    threadId,
    stdout: new PassThrough(),
    stderr: new PassThrough(),
  });
  for (const stream of [worker.stdout, worker.stderr]) stream.resume();
  return worker as typeof worker & Worker;
}

it('a call waits for the bytes that its workers say they have logged', async () => {
  const worker = fakeWorker(-101);
  countLogs([worker]);
  countLogs([worker]);
  worker.stdout.write('early\n');
  noteLogs({ threadId: -101, bytes: [10, 3] });
  let isOver = false;
  const over = untilLogged([worker]).then(() => {
    isOver = true;
  });
  for (const [stream, text] of [
    ['stdout', 'late'],
    ['stderr', 'é'],
  ] as const) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(isOver, false);
    worker[stream].write(text);
  }
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(isOver, false);
  worker.stderr.write('!');
  await over;
  // Nothing more was logged.
  await untilLogged([worker]);
});

it('a call does not wait for logs that never come', async () => {
  const worker = fakeWorker(-102);
  countLogs([worker]);
  noteLogs({ threadId: -102, bytes: [1, 0] });
  await untilLogged([worker]);
  worker.emit('exit');
  const began = performance.now();
  await untilLogged([worker]);
  assert.ok(performance.now() - began < 2000);
});
