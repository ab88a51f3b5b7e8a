import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { applyParallel, groupby, Memory } from 'apply-parallel';
import { contextOf } from '#dist/groups/group-context.js';

const { signal } = new AbortController();

describe('contextOf', () => {
  it('has plain properties alone, so that a copy is whole', () => {
    const context = contextOf('a', 3, signal, 'seed');
    const copy = { ...context };
    assert.deepEqual(Object.keys(context), ['key', 'index', 'signal', 'random']);
    assert.deepEqual([copy.key, copy.index, copy.signal], ['a', 3, signal]);
    const drawn = [context.random(), copy.random()];
    const { random } = contextOf('a', 0, signal, 'seed');
    assert.deepEqual(drawn, [random(), random()], 'a copy goes on with the same numbers');
    assert.doesNotMatch(inspect(context), /used|Getter/);
  });

  it('notes what is read, for a cache', () => {
    const use = { usedIndex: false, usedRandom: false };
    const context = contextOf('a', 3, signal, 'seed', use);
    const { key, random } = context;
    assert.equal(key, 'a');
    assert.deepEqual(use, { usedIndex: false, usedRandom: false });
    random();
    assert.deepEqual(use, { usedIndex: false, usedRandom: true });
    assert.equal({ ...context }.index, 3);
    assert.deepEqual(use, { usedIndex: true, usedRandom: true });
    assert.deepEqual(Object.keys(context).sort(), ['index', 'key', 'random', 'signal']);
  });
});

describe('a copy of the context', () => {
  for (const nJobs of [1, 2]) {
    it(`has index and random, nJobs: ${nJobs}`, async () => {
      const cache = new Memory({ location: mkdtempSync(join(tmpdir(), 'context-')) });
      for (const options of [{}, { cache }]) {
        const out = await applyParallel(
          groupby([{ k: 'a' }, { k: 'b' }], 'k'),
          (_, context) => {
            const { random, ...copy } = { ...context };
            return { key: copy.key, index: copy.index, isNumber: Number.isFinite(random()) };
          },
          { nJobs, ...options },
        );
        assert.deepEqual(out, [
          { key: 'a', index: 0, isNumber: true },
          { key: 'b', index: 1, isNumber: true },
        ]);
      }
    });
  }
});
