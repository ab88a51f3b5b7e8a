import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bitmapBytes, copyBits, fillBits, getBit } from '#dist/arrow/index.js';

const bitsOf = (bitmap: Uint8Array): boolean[] =>
  Array.from({ length: bitmap.length * 8 }, (_, i) => ((bitmap[i >> 3] >> (i & 7)) & 1) === 1);

const start = fc.nat(40);

test('getBit reads the bit', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (bitmap) => {
      bitsOf(bitmap).forEach((bit, i) => {
        assert.equal(getBit(bitmap, i), bit);
      });
    }),
  );
});

test('copyBits copies just those bits, whatever the two offsets', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), start, start, fc.nat(300), (source, from, to, wanted) => {
      const length = Math.max(0, Math.min(wanted, source.length * 8 - from));
      const target = new Uint8Array(bitmapBytes(to + length) + 1);
      copyBits(source, from, target, to, length);
      const expected = bitsOf(new Uint8Array(target.length));
      for (let i = 0; i < length; i++) expected[to + i] = bitsOf(source)[from + i];
      assert.deepEqual(bitsOf(target), expected);
    }),
    { numRuns: 1000 },
  );
});

test('copyBits leaves the bits before its own alone', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 10, maxLength: 10 }), start, start, (source, from, to) => {
      const target = new Uint8Array(20);
      fillBits(target, 0, to);
      copyBits(source, from, target, to, 33);
      assert.ok(bitsOf(target).slice(0, to).every(Boolean));
    }),
  );
});

test('fillBits sets just those bits', () => {
  fc.assert(
    fc.property(start, fc.nat(300), (from, length) => {
      const target = new Uint8Array(bitmapBytes(from + length) + 1);
      fillBits(target, from, length);
      bitsOf(target).forEach((bit, i) => {
        assert.equal(bit, i >= from && i < from + length, `bit ${i}`);
      });
    }),
    { numRuns: 300 },
  );
});

test('a bitmap is whole 8-byte words', () => {
  assert.deepEqual([0, 1, 64, 65, 128].map(bitmapBytes), [0, 8, 8, 16, 16]);
});
