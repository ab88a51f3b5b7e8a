import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TextCache } from '#dist/util/index.js';

test('a cache by text makes each thing once, and all anew after its limit', () => {
  const made: string[] = [];
  const cache = new TextCache<string | undefined>(2);
  const get = (text: string) =>
    cache.get(text, () => {
      made.push(text);
      return text === 'none' ? undefined : text.toUpperCase();
    });
  assert.deepEqual([get('a'), get('none'), get('a'), get('none')], ['A', undefined, 'A', undefined]);
  assert.deepEqual(made, ['a', 'none']);
  assert.deepEqual([get('b'), get('a'), get('b')], ['B', 'A', 'B']);
  assert.deepEqual(made, ['a', 'none', 'b', 'a']);
  assert.deepEqual([cache.has('a'), cache.has('none')], [true, false]);
});

test('a cache by text keeps nothing of what could not be made', () => {
  const cache = new TextCache<number>(2);
  assert.throws(() =>
    cache.get('a', () => {
      throw new SyntaxError('no source');
    }),
  );
  assert.equal(
    cache.get('a', () => 1),
    1,
  );
});
