import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeLz4 } from '#dist/persist/lz4.js';

describe('LZ4', () => {
  it('is decompressed as the format says', () => {
    // A frame by hand: "abc", then 9 bytes from 3 back, then a literal "!".
    const block = [0x35, 0x61, 0x62, 0x63, 3, 0, 0x10, 0x21];
    const frame = Uint8Array.from([
      4,
      0x22,
      0x4d,
      0x18,
      0x60,
      0x40,
      0,
      block.length,
      0,
      0,
      0,
      ...block,
      0,
      0,
      0,
      0,
    ]);
    assert.equal(Buffer.from(decodeLz4(frame)).toString(), 'abcabcabcabc!');
    const stored = Uint8Array.from([
      4, 0x22, 0x4d, 0x18, 0x60, 0x40, 0, 2, 0, 0, 0x80, 0x68, 0x69, 0, 0, 0, 0,
    ]);
    assert.equal(Buffer.from(decodeLz4(stored)).toString(), 'hi');
    assert.throws(() => decodeLz4(frame.subarray(0, 15)), RangeError);
    assert.throws(() => decodeLz4(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8])), RangeError);
    const beyond = frame.slice();
    beyond[15] = 9;
    assert.throws(() => decodeLz4(beyond), /damaged/);
  });
});
