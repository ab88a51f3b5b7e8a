import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { encodeRun, encodeRuns } from '#dist/files/write/parquet/hybrid-runs.js';

/** Decodes as the format says: a run is an even header and a value, packed groups of eight an odd one. */
function decode(bytes: Uint8Array, width: number, count: number): number[] {
  const values: number[] = [];
  let at = 0;
  while (values.length < count) {
    let header = 0;
    let shift = 0;
    for (;;) {
      const byte = bytes[at++];
      header |= (byte & 127) << shift;
      shift += 7;
      if (byte < 128) break;
    }
    if (header & 1) {
      const groups = header >>> 1;
      let bits = 0n;
      for (let k = groups * width - 1; k >= 0; k--) bits = (bits << 8n) | BigInt(bytes[at + k]);
      for (let k = 0; k < groups * 8; k++)
        values.push(Number(BigInt.asUintN(width, bits >> BigInt(k * width))));
      at += groups * width;
    } else {
      let value = 0;
      for (let k = 0; k * 8 < width; k++) value |= bytes[at++] << (8 * k);
      for (let k = 0; k < header >>> 1; k++) values.push(value);
    }
  }
  assert.equal(at, bytes.length);
  // The last group is filled with zeros.
  assert.ok(values.slice(count).every((value) => value === 0));
  return values.slice(0, count);
}

describe('runs and packed values of Parquet', () => {
  it('are read as they were written', () => {
    const piece = fc.tuple(fc.nat(), fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 40 })));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(piece, { maxLength: 60 }), (width, pieces) => {
        const most = 2 ** width;
        const codes = Int32Array.from(
          pieces.flatMap(([value, times]) => Array.from({ length: times }, () => value % most)),
        );
        const from = Math.floor(codes.length / 5);
        const encoded = encodeRuns(codes, from, codes.length, width);
        assert.deepEqual(decode(encoded, width, codes.length - from), [...codes.subarray(from)]);
      }),
    );
  });

  it('of one value take a few bytes', () => {
    assert.deepEqual(decode(encodeRun(1, 100_000, 1), 1, 100_000), new Array(100_000).fill(1));
    assert.equal(encodeRun(1, 100_000, 1).length, 4);
    assert.equal(encodeRun(1, 0, 1).length, 0);
  });
});
