import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Decimal, Field, List, TimestampMicrosecond, Type, Union, UnionMode } from 'apache-arrow';
import { inferColumn } from '#dist/frame/infer/index.js';

it('gives words of a decimal to the decimal, not to a list whose elements hold them, where no row tells', () => {
  const list = new List(new Field('item', new TimestampMicrosecond(), true));
  const decimal = new Decimal(2, 18, 128);
  for (const mode of [UnionMode.Sparse, UnionMode.Dense]) {
    const type = new Union(mode, [5, 7], [new Field('a', list, true), new Field('b', decimal, true)]);
    const words = Uint32Array.of(1, 2, 0, 0);
    const { data } = inferColumn([null, words, [1, 2]], 'x', { like: { type } });
    assert.equal(data.type.typeId, Type.Union);
    assert.deepEqual([...data.typeIds], [5, 7, 5]);
  }
});
