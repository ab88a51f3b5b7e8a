import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sizeText } from '#dist/util/index.js';

test('a size is in the unit in which it is 1 or more', () => {
  const sizes = [0, 1, 512, 999.6, 1000, 999_949, 999_950, 1_234_567, 2e9, 5e15];
  assert.deepEqual(sizes.map(sizeText), [
    '0 bytes',
    '1 byte',
    '512 bytes',
    '1000 bytes',
    '1.0 kB',
    '999.9 kB',
    '1.0 MB',
    '1.2 MB',
    '2.0 GB',
    '5000.0 TB',
  ]);
});
