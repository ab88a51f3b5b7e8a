import assert from 'node:assert/strict';
import { it } from 'node:test';
import { preview } from '#dist/util/index.js';

it('preview leaves no comma or dots before the three that end a long value', () => {
  const shown = Array.from({ length: 120 }, (_, n) => preview({ ['x'.repeat(n)]: Array(9).fill(1 / 97) }));
  assert.deepEqual(
    shown.filter((text) => text.length > 120),
    [],
  );
  assert.deepEqual(
    shown.filter((text) => /[\s,.]\.{3}$/.test(text)),
    [],
  );
  assert.ok(shown.some((text) => text.endsWith('...')));
});
