import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Field, Int32, List, Map_, Table, Union, UnionMode, Utf8, vectorFromArray } from 'apache-arrow';
import { applyParallel, groupby } from 'apply-parallel';
import { dataOf, valuesOfColumn } from '#dist/arrow/index.js';
import { mapEntries } from '../support/arrow-types.js';

const list = new List(new Field('item', new Int32(), true));

test('rows show maps as objects, with the nulls of what is inside', async () => {
  const maps = [
    new Map([
      ['a', [1, null]],
      ['__proto__', null],
    ]),
    null,
    new Map(),
  ];
  const m = vectorFromArray(maps as never[], new Map_(mapEntries(list) as never));
  const table = new Table({ m });
  const shown = await applyParallel(groupby(table, [0, 0, 0]), (rows) => rows, {
    input: 'records',
    output: 'records',
    nJobs: 1,
  });
  const [first, second, third] = shown.map((row) => row.m as { [key: string]: unknown } | null);
  assert.deepEqual(Object.entries(first ?? {}), [
    ['a', [1, null]],
    ['__proto__', null],
  ]);
  assert.deepEqual([second, third], [null, {}]);
});

test('values of unions are those of their children, and slices are read as slices', () => {
  const lists = vectorFromArray([[1, null], [2]], list).data[0];
  const words = vectorFromArray(['x', null], new Utf8()).data[0];
  const fields = [new Field('a', list, true), new Field('b', new Utf8(), true)];
  const dense = dataOf(
    new Union(UnionMode.Dense, [2, 4], fields),
    4,
    0,
    { typeIds: Int8Array.of(4, 2, 4, 2), offsets: Int32Array.of(0, 0, 1, 1) },
    { children: [lists, words] },
  );
  const field = new Field('u', dense.type, true);
  assert.deepEqual(valuesOfColumn([dense], field), ['x', [1, null], null, [2]]);
  assert.deepEqual(valuesOfColumn([dense.slice(1, 2)], field), [[1, null], null]);
});
