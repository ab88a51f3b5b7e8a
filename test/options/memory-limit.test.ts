import assert from 'node:assert/strict';
import { totalmem } from 'node:os';
import { describe, it } from 'node:test';
import { memoryLimitRule, resolveMemoryLimit } from '#dist/options/index.js';
import { usableMemory } from '#dist/util/index.js';

describe('memoryLimit', () => {
  it('takes bytes, texts and shares', () => {
    assert.equal(resolveMemoryLimit(1000), 1000);
    assert.equal(resolveMemoryLimit('20MB'), 20 * 2 ** 20);
    assert.equal(resolveMemoryLimit('1.5G'), 1.5 * 2 ** 30);
    assert.equal(resolveMemoryLimit(1), usableMemory());
    assert.equal(resolveMemoryLimit(), Math.floor(usableMemory() / 2));
  });

  it('refuses everything else', () => {
    const [test] = memoryLimitRule;
    for (const value of [0, -1, Number.NaN, '', '4 apples', '0', null, true, [], {}])
      assert.equal(test(value), false);
  });

  it('knows no more memory than the machine has', () => {
    assert.ok(usableMemory() > 0 && usableMemory() <= totalmem());
  });
});
