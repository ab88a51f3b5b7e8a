import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { newSecret } from '#dist/cache/cache-secret.js';
import { DIGEST_BYTES } from '#dist/cache/digest-list.js';
import { createGroupHasher } from '#dist/cache/group-hasher.js';

const secret = newSecret();

const digestOf = (rows: number, parts: readonly Uint8Array[], key = secret): string => {
  const hash = createGroupHasher(key, rows);
  for (const part of parts) hash.update(part);
  return hash.digest().toString('hex');
};

/** A digest depends on which of the two hashes it is. */
const FEW = 1;
const MANY = 100_000;

for (const [rows, name] of [
  [FEW, 'few rows'],
  [MANY, 'many rows'],
] as const) {
  describe(`the hash of groups of ${name}`, () => {
    it('is that of all bytes in a row, however they are cut', () => {
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 200 }),
          fc.array(fc.nat(200), { maxLength: 5 }),
          (bytes, cuts) => {
            const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
            const parts = at.slice(1).map((to, k) => bytes.subarray(at[k], to));
            assert.equal(digestOf(rows, parts), digestOf(rows, [bytes]));
          },
        ),
      );
    });

    it('differs where a bit or the length does', () => {
      const seen = new Set<string>();
      const bytes = new Uint8Array(new SharedArrayBuffer(64));
      const digests = [digestOf(rows, [bytes])];
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        bytes[bit >> 3] ^= 1 << (bit & 7);
        digests.push(digestOf(rows, [bytes]));
        bytes[bit >> 3] ^= 1 << (bit & 7);
      }
      for (let length = 0; length < 64; length++) digests.push(digestOf(rows, [bytes.subarray(0, length)]));
      for (const digest of digests) seen.add(digest);
      assert.equal(seen.size, 1 + 64 * 8 + 64);
      assert.equal(digests[0].length, DIGEST_BYTES * 2);
    });

    it('takes views of any kind', () => {
      const values = Float64Array.of(1, 2, 3);
      const bytes = new Uint8Array(values.buffer);
      assert.equal(digestOf(rows, [bytes]), digestOf(rows, [new DataView(values.buffer)] as never));
      assert.equal(digestOf(rows, [bytes.subarray(8, 16)]), digestOf(rows, [values.subarray(1, 2)] as never));
    });
  });
}

describe('the secret of a cache', () => {
  it('makes the digests of many rows its own', () => {
    const bytes = [Uint8Array.of(1, 2, 3)];
    assert.notEqual(digestOf(MANY, bytes), digestOf(MANY, bytes, newSecret()));
    assert.equal(digestOf(MANY, bytes), digestOf(MANY, bytes, secret.slice()));
  });
});
