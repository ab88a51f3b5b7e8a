import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decimal, Field, Int32, List, Table, TimestampSecond, Vector, vectorFromArray } from 'apache-arrow';
import { applyParallel, groupby } from 'apply-parallel';
import { dataOf, vectorElements } from '#dist/arrow/index.js';

const decimals = new Vector([dataOf(new Decimal(0, 9, 32), 2, 0, { values: Int32Array.of(1, 2) })]);

test('the elements of a vector are the values that it gives', () => {
  assert.deepEqual(vectorElements(vectorFromArray([1, 2], new Int32())), Int32Array.of(1, 2));
  assert.deepEqual(vectorElements(vectorFromArray([1, null, 3], new Int32())), [1, null, 3]);
  assert.deepEqual(vectorElements(vectorFromArray([5000, null], new TimestampSecond())), [5000, null]);
  assert.equal(vectorElements(decimals).length, 2);
});

test('vectors of lists that a function of columns puts into an array keep their nulls', async () => {
  const lists = [[1, null, 3], null, [null]];
  const list = vectorFromArray(lists, new List(new Field('item', new Int32(), true)));
  const table = new Table({ k: vectorFromArray([1, 1, 1], new Int32()), list });
  const out = await applyParallel(
    groupby(table, 'k'),
    ({ list }) => ({ again: Array.from(list as Iterable<unknown>) }),
    {
      input: 'columns',
      output: 'records',
      nJobs: 1,
    },
  );
  assert.deepEqual(
    out.map(({ again }) => again),
    lists,
  );
});
