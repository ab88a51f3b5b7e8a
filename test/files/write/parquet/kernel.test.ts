import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { encodeRuns } from '#dist/files/write/parquet/hybrid-runs.js';
import { ParquetKernel, parquetKernel } from '#dist/files/write/parquet/kernel.js';
import { compressSnappy } from '#dist/files/write/parquet/snappy.js';
import { wordDictionary } from '#dist/files/write/parquet/word-dictionary.js';

function withKernel<T>(isOn: boolean, run: () => T): T {
  parquetKernel.isOn = isOn;
  try {
    return run();
  } finally {
    parquetKernel.isOn = true;
  }
}

function sameWays<T>(run: () => T): T {
  const withIt = withKernel(true, run);
  assert.deepEqual(withIt, withKernel(false, run));
  return withIt;
}

/** Decompresses Snappy as its format says. */
function decompress(bytes: Uint8Array): Uint8Array {
  let at = 0;
  let length = 0;
  for (let shift = 1; ; shift *= 128) {
    length += (bytes[at] & 127) * shift;
    if (bytes[at++] < 128) break;
  }
  const out = new Uint8Array(length);
  let to = 0;
  while (at < bytes.length) {
    const tag = bytes[at++];
    if ((tag & 3) === 0) {
      let size = tag >> 2;
      if (size >= 60) {
        const extra = size - 59;
        size = 0;
        for (let k = 0; k < extra; k++) size |= bytes[at++] << (8 * k);
      }
      for (let k = 0; k <= size; k++) out[to++] = bytes[at++];
    } else {
      assert.equal(tag & 3, 2);
      const distance = bytes[at] | (bytes[at + 1] << 8);
      at += 2;
      assert.ok(distance > 0 && distance <= to);
      for (let k = 0; k <= tag >> 2; k++, to++) out[to] = out[to - distance];
    }
  }
  assert.equal(to, length);
  return out;
}

/** Bytes with repeats near and far. */
const bytes = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 40 })), { maxLength: 30 })
  .map((pieces) =>
    Buffer.concat(pieces.flatMap(([piece, times]) => Array.from({ length: times }, () => piece))),
  );

describe('the kernel of Parquet', () => {
  it('is there', () => {
    assert.notEqual(ParquetKernel.ofThread(), undefined);
  });

  it('compresses by Snappy', () => {
    fc.assert(
      fc.property(bytes, (input) => {
        for (const isOn of [true, false]) {
          const compressed = withKernel(isOn, () => compressSnappy(input));
          assert.deepEqual(Buffer.from(decompress(compressed)), input);
        }
      }),
    );
    for (const size of [0, 1, 15, 16, 17, 65_535, 65_536, 65_537, 200_000]) {
      const input = Uint8Array.from({ length: size }, (_, k) => (k % 50_000) * (k % 7));
      const compressed = sameWays(() => compressSnappy(input));
      assert.deepEqual(decompress(compressed), input);
    }
  });

  it('encodes runs', () => {
    const piece = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 40 }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(piece), (width, pieces) => {
        const most = 2 ** width;
        const codes = Int32Array.from(
          pieces.flatMap(([value, times]) => Array.from({ length: times }, () => value % most)),
        );
        sameWays(() => encodeRuns(codes, Math.min(3, codes.length), codes.length, width));
      }),
    );
    sameWays(() =>
      encodeRuns(
        Int32Array.from({ length: 131_072 }, (_, k) => (k * 7919) % 2 ** 20),
        0,
        131_072,
        20,
      ),
    );
    sameWays(() =>
      encodeRuns(
        Uint8Array.from({ length: 5000 }, (_, k) => (k % 40 < 20 ? 1 : 0)),
        8,
        5000,
        1,
      ),
    );
  });

  it('numbers values', () => {
    const values = fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 200 });
    fc.assert(
      fc.property(values, fc.constantFrom(1 as const, 2 as const), (list, width) => {
        const words = Int32Array.from(list.slice(0, list.length - (list.length % width)));
        sameWays(() => wordDictionary(words, width));
      }),
    );
    for (const width of [1, 2] as const) {
      for (const distinct of [1, 100, 3000, 70_000, 140_000, 300_000]) {
        const words = Int32Array.from({ length: 700_000 }, (_, k) => ((k * 31) % distinct) * 65_537);
        sameWays(() => wordDictionary(words, width));
      }
    }
  });
});
