import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Arena } from '#dist/files/arena.js';

describe('Arena', () => {
  it('gives the same memory again after a reset, zeroed and aligned', () => {
    const arena = new Arena(1024);
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

  it('leaves memory as it is for a caller that overwrites it', () => {
    const arena = new Arena(1024);
    arena.allocate(8);
    arena.reset();
    arena.allocate(8, true).fill(3);
    arena.reset();
    assert.deepEqual(arena.allocate(8, true), new Uint8Array(8).fill(3));
  });

  it('does not keep more than it is told', () => {
    const arena = new Arena(8);
    arena.allocate(16);
    arena.reset();
    assert.equal(arena.allocate(8).buffer.byteLength, 8);
    assert.equal(arena.allocate(16).buffer.byteLength, 16);
  });

  it('gives other memory where its own is used up', () => {
    const arena = new Arena(1024);
    arena.allocate(8);
    arena.reset();
    const [own, other] = [arena.allocate(8), arena.allocate(8)];
    assert.notEqual(own.buffer, other.buffer);
  });
});
