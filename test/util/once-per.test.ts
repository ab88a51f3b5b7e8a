import assert from 'node:assert/strict';
import { it } from 'node:test';
import { oncePer } from '#dist/util/index.js';

it('makes a value once for each object, and again after a failure', async () => {
  const made: object[] = [];
  const of = oncePer(async (key: object) => {
    if (made.push(key) === 1) throw new Error('no');
    return made.length;
  });
  const [a, b] = [{}, {}];
  await assert.rejects(of(a), /no/);
  assert.deepEqual(await Promise.all([of(a), of(a), of(b)]), [2, 2, 3]);
  assert.deepEqual(made, [a, a, b]);
});
