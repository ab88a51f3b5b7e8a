import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Arena } from '#dist/files/spill/arena.js';

describe('Arena', () => {
  it('gives the same memory again after a reset, zeroed and aligned', () => {
    const arena = new Arena();
    const first = [arena.allocate(5), arena.allocate(16)];
    for (const bytes of first) bytes.fill(7);
    arena.reset();
    const second = [arena.allocate(5), arena.allocate(16)];
    assert.equal(second[0].buffer, second[1].buffer);
    for (const bytes of second) {
      assert.ok(bytes.every((byte) => byte === 0));
      assert.equal(bytes.byteOffset % 8, 0);
    }
    second[0].fill(1);
    arena.reset();
    assert.deepEqual(arena.allocate(5), new Uint8Array(5));
  });

  it('gives other memory where its own is used up', () => {
    const arena = new Arena();
    arena.allocate(8);
    arena.reset();
    const [own, other] = [arena.allocate(8), arena.allocate(8)];
    assert.notEqual(own.buffer, other.buffer);
  });
});
