import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BytesHashTable } from '#dist/split/bytes-hash-table.js';
import { WordsHashTable } from '#dist/split/words-hash-table.js';

/** Codes as a Map gives them: in order of first appearance. */
function referenceCodes(keys: readonly string[]): number[] {
  const codes = new Map<string, number>();
  return keys.map((key) => {
    if (!codes.has(key)) codes.set(key, codes.size);
    return codes.get(key) as number;
  });
}

const word = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer());

test('WordsHashTable: a code for each pair of words', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(word, word), { maxLength: 300 }), (keys) => {
      const table = new WordsHashTable();
      const codes = keys.map(([low, high]) => table.add(low, high));
      assert.deepEqual(codes, referenceCodes(keys.map(String)));
      keys.forEach(([low, high], i) => {
        assert.deepEqual([table.low[codes[i]], table.high[codes[i]]], [low, high]);
      });
    }),
  );
});

test('WordsHashTable: grows, and still knows what it had', () => {
  const table = new WordsHashTable();
  const count = 10_000;
  for (let i = 0; i < count; i++) assert.equal(table.add(i << 16, i % 3), i);
  for (let i = count - 1; i >= 0; i--) assert.equal(table.add(i << 16, i % 3), i);
  assert.equal(table.count, count);
});

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 4, max: 2 }),
  fc.uint8Array({ maxLength: 40 }),
  fc.string({ maxLength: 30 }).map((text) => new Uint8Array(Buffer.from(text))),
);

test('BytesHashTable: a code for each key, wherever in its source it lies', () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 200 }), (keys) => {
      const table = new BytesHashTable();
      const source = new Uint8Array(Buffer.concat(keys));
      let at = 0;
      const codes = keys.map((key) => {
        at += key.length;
        return table.add(source, at - key.length, at);
      });
      assert.deepEqual(codes, referenceCodes(keys.map(String)));
      keys.forEach((key, i) => {
        const kept = table.bytes.subarray(table.starts[codes[i]], table.starts[codes[i] + 1]);
        assert.deepEqual([...kept], [...key]);
      });
    }),
  );
});

test('BytesHashTable: orders keys as Buffer.compare does', () => {
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      const table = new BytesHashTable();
      const [x, y] = [a, b].map((key) => table.add(key, 0, key.length));
      assert.equal(Math.sign(table.compare(x, y)), Buffer.compare(a, b));
    }),
    { numRuns: 500 },
  );
});

test('BytesHashTable: grows in keys and in bytes', () => {
  const table = new BytesHashTable();
  const keys = Array.from({ length: 5000 }, (_, i) => Buffer.from(`${i}`.padStart((i * 37) % 200, '-')));
  const codes = keys.map((key) => table.add(key, 0, key.length));
  assert.deepEqual(codes, referenceCodes(keys.map(String)));
  const long = Buffer.alloc(1 << 20, 7);
  const code = table.add(long, 0, long.length);
  assert.equal(table.add(long, 0, long.length), code);
  assert.deepEqual(
    keys.map((key) => table.add(key, 0, key.length)),
    codes,
  );
});

test('BytesHashTable: keys whose hashes are equal stay apart', () => {
  const hash = (key: Uint8Array) => {
    let h = key.length;
    for (const byte of key) h = Math.imul(h ^ byte, 0x01000193);
    return h ^ (h >>> 15);
  };
  const byHash = new Map<number, Uint8Array>();
  const pairs: [Uint8Array, Uint8Array][] = [];
  for (let i = 0; pairs.length < 2 && i < 2 ** 19; i++) {
    const key = new Uint8Array(Uint32Array.of(i, Math.imul(i ^ 0x5bd1e995, 0x85ebca6b) ^ (i >>> 3)).buffer);
    const other = byHash.get(hash(key));
    if (other) pairs.push([other, key]);
    byHash.set(hash(key), key);
  }
  assert.ok(pairs.length > 0);
  for (const [a, b] of pairs) {
    const table = new BytesHashTable();
    assert.equal(table.add(a, 0, a.length), 0);
    assert.equal(table.add(b, 0, b.length), 1);
    assert.equal(table.add(a, 0, a.length), 0);
  }
});
