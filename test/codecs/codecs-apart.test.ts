import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { codecsApart } from '#dist/codecs/index.js';
import { SharedLock, SharedQueue, shareArray } from '#dist/shared/index.js';
import { ship } from '#dist/ship/index.js';

const codecs = codecsApart('child processes');

describe('what only threads share', () => {
  const lock = new SharedLock();
  const queue = new SharedQueue({ capacity: 2 });
  const counts = shareArray(new Int32Array(2));
  const state = { memory: new SharedArrayBuffer(8) };
  const refused = {
    lock: [() => lock.run(() => 1), /lock: it is a SharedLock, which threads of one process share/],
    queue: [
      () => queue.put(1),
      /queue: it is a SharedQueue.*the function runs in child processes\. Use backend: 'threads'/,
    ],
    array: [
      () => Atomics.add(counts, 0, 1),
      /counts: it is shared memory.*make one, as in Float64Array\.from\(array\)/,
    ],
    buffer: [() => state.memory.byteLength, /state\.memory: it is shared memory/],
  } as const;
  for (const [name, [fn, message]] of Object.entries(refused)) {
    it(`is refused by name: ${name}`, () => {
      assert.throws(() => ship(fn, codecs), { code: 'ERR_UNSHIPPABLE', message });
    });
  }

  it('is no table in shared memory, and no copy', () => {
    const copy = Int32Array.from(counts);
    ship(() => copy[0], codecs);
  });
});
