import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { biggestFirst } from '../../src/run/biggest-first.js';

const order = (weights: number[], workers: number) => biggestFirst(Int32Array.from(weights), workers);

describe('biggest first', () => {
  it('leaves even work as it is', () => {
    assert.equal(order([10, 10, 10, 10], 2), undefined);
    assert.equal(order(new Array(100).fill(1), 2), undefined);
    assert.equal(order([], 2), undefined);
    assert.equal(order([0, 0, 0], 2), undefined);
  });

  it('puts the big first, the biggest before all, and keeps the rest in order', () => {
    const weights = [1, 1, 500, 1, 900, 1];
    assert.deepEqual([...(order(weights, 2) ?? [])], [4, 2, 0, 1, 3, 5]);
  });

  it('orders what is wanted alone, and weighs nothing else', () => {
    const weights = Int32Array.of(9000, 1, 500, 1, 900, 1);
    const wanted = Int32Array.of(1, 2, 3, 5);
    assert.deepEqual([...(biggestFirst(weights, 2, wanted) ?? [])], [2, 1, 3, 5]);
    const even = Int32Array.of(1, 3, 5);
    assert.equal(biggestFirst(weights, 2, even), even);
  });

  it('is a permutation, in shared memory', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 1e6 }), { maxLength: 200 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 16 }), (given, workers) => {
        const found = order(given, workers);
        if (found === undefined) return;
        assert.ok(found.buffer instanceof SharedArrayBuffer);
        assert.deepEqual(
          [...found].sort((a, b) => a - b),
          given.map((_, i) => i),
        );
      }),
    );
  });
});
