import assert from 'node:assert/strict';
import { it } from 'node:test';
import { unitsOf } from '#dist/files/index.js';

const parts = (...bytes: number[]) =>
  bytes.map((each) => ({ file: 0, place: undefined, numRows: 1, bytes: each }));

it('small parts become units, and large ones stay alone', () => {
  assert.deepEqual(unitsOf(parts(4, 4, 4, 20, 1, 1), 10), [
    { from: 0, to: 2, bytes: 8 },
    { from: 2, to: 3, bytes: 4 },
    { from: 3, to: 4, bytes: 20 },
    { from: 4, to: 6, bytes: 2 },
  ]);
  assert.deepEqual(unitsOf([], 10), []);
});
