import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ForwardedLogs } from '#dist/run/processes/forward-logs.js';

async function told(chunks: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const logs = new ForwardedLogs(stdout, stderr);
  const { write } = process.stderr;
  let shown = '';
  process.stderr.write = ((chunk: Uint8Array) => {
    shown += Buffer.from(chunk);
    return true;
  }) as typeof write;
  try {
    for (const chunk of chunks) {
      stderr.write(chunk);
      await turn();
    }
  } finally {
    process.stderr.write = write;
  }
  return { shown, isOutOfMemory: logs.isOutOfMemory, lastLines: logs.lastLines };
}

test('a full heap is told from what V8 prints, which is not shown', async () => {
  const { shown, isOutOfMemory } = await told([
    'own words\n',
    '\n<--- Last few GCs --->\n\n[7:0x1] 90 ms: Mark-Compact',
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n',
    '----- Native stack trace -----\n 1: 0xb8e4e2\n',
  ]);
  assert.deepEqual([shown, isOutOfMemory], ['own words\n', true]);
});

test('other words are shown, and the last of them are kept', async () => {
  const { shown, isOutOfMemory, lastLines } = await told(['a\nb\n', 'c\nd\n', 'out of memory: e\nf']);
  assert.deepEqual([shown, isOutOfMemory], ['a\nb\nc\nd\nout of memory: e\nf', false]);
  assert.equal(lastLines, 'b\nc\nd\nout of memory: e\nf');
});
