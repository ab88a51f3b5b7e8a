import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Data, Float64, Int32, Utf8, Vector, vectorFromArray } from 'apache-arrow';
import { concatData, layoutOf, sideBySide } from '#dist/arrow/index.js';
import { scalarTypes } from '../support/arrow-types.js';
import { cellsOf } from '../support/cells.js';
import { Random, randomColumn } from '../support/random-data.js';

const column = (values: readonly unknown[], type = new Float64()): Data =>
  (vectorFromArray(values, type) as Vector).data[0];

test('slices that follow each other are a view of their column', () => {
  const data = column([1, 2, 3, 4, 5, 6]);
  const whole = sideBySide([data.slice(1, 2), data.slice(3, 0), data.slice(3, 1)], 10);
  assert.ok(whole);
  assert.equal(whole.values.buffer, data.values.buffer);
  assert.deepEqual([...whole.values], [2, 3, 4]);
  assert.equal(whole.length, 3);
  assert.equal(whole.nullCount, 0);
});

test('texts keep their bytes', () => {
  const data = column(['a', 'bcd', '', 'ef'], new Utf8() as never);
  const whole = sideBySide([data.slice(1, 1), data.slice(2, 2)], 10);
  assert.ok(whole);
  assert.equal(whole.values, data.values);
  assert.deepEqual([...new Vector([whole])], ['bcd', '', 'ef']);
});

test('what does not lie side by side is not joined', () => {
  const data = column([1, 2, 3, 4, 5, 6]);
  const other = column([1, 2, 3, 4, 5, 6]);
  assert.equal(sideBySide([data.slice(0, 2), data.slice(3, 2)], 10), undefined, 'a gap');
  assert.equal(sideBySide([data.slice(2, 2), data.slice(0, 2)], 10), undefined, 'another order');
  assert.equal(sideBySide([data.slice(0, 2), data.slice(0, 2)], 10), undefined, 'twice');
  assert.equal(sideBySide([data.slice(0, 2), other.slice(2, 2)], 10), undefined, 'two memories');
  const nulls = column([1, null, 3, 4], new Int32() as never);
  assert.equal(sideBySide([nulls.slice(0, 2), nulls.slice(2, 2)], 10), undefined, 'nulls');
});

test('a small part of a memory does not keep all of it', () => {
  const data = column(Array.from({ length: 100 }, (_, i) => i));
  const parts = [data.slice(0, 10), data.slice(10, 10)];
  assert.equal(sideBySide(parts, 2), undefined);
  assert.ok(sideBySide(parts, 10));
});

test('slices of every type are what their copy is', () => {
  let joined = 0;
  for (const [seed, type] of scalarTypes.entries()) {
    const [data] = randomColumn(type, [60], new Random(seed), 9);
    const parts = [data.slice(3, 20), data.slice(23, 1), data.slice(24, 30)];
    const whole = sideBySide(parts, 1000);
    if (whole === undefined) continue;
    joined++;
    assert.ok(['fixed', 'dictionary', 'variable'].includes(layoutOf(type)));
    const copy = concatData(type, parts, (length) => new Uint8Array(length));
    assert.deepEqual(cellsOf([whole]), cellsOf([copy]), String(type));
    assert.deepEqual(cellsOf([whole.slice(5, 10)]), cellsOf([copy.slice(5, 10)]), String(type));
  }
  assert.ok(joined > 10, `${joined} types`);
});
