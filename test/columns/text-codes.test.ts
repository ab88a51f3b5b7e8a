import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  Dictionary,
  Int32,
  LargeUtf8,
  type Table,
  tableFromArrays,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { applyParallel, groupby } from 'apply-parallel';
import { filterRows, lookup, sortBy, take } from 'apply-parallel/columns';
import { Random } from '../support/random-data.js';

/* Lookups by text, whose keys are found by their bytes, against a Map of strings. */

const random = new Random(7);
const next = () => random.word() / 2 ** 32;
const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)];
const words = [
  '',
  'a',
  'b',
  'aa',
  'é',
  '\uFEFFa',
  '日本',
  '🍵 tea',
  'a'.repeat(300),
  ...Array.from({ length: 2000 }, (_, i) => `w${i * 7}`),
];

const kinds = {
  Utf8: (texts: readonly (string | null)[]) => vectorFromArray(texts, new Utf8()),
  LargeUtf8: (texts: readonly (string | null)[]) => vectorFromArray(texts, new LargeUtf8()),
  Dictionary: (texts: readonly (string | null)[]) =>
    vectorFromArray(texts, new Dictionary(new Utf8(), new Int32())),
  'a slice': (texts: readonly (string | null)[]) =>
    vectorFromArray(['before', ...texts], new Utf8()).slice(1) as Vector<Utf8>,
  'an array': (texts: readonly (string | null)[]) => [...texts],
};

describe('keys of text', () => {
  for (const [inTable, makeTable] of Object.entries(kinds)) {
    for (const [inGroup, makeGroup] of Object.entries(kinds)) {
      it(`${inGroup} in ${inTable}`, () => {
        const keys = words.filter((word) => word === '' || next() < 0.7);
        const rowOf = new Map<string | null, number>(keys.map((key, row) => [key, row]));
        const table = { key: makeTable(keys), row: Float64Array.from(keys.keys()), name: keys };
        const wanted = Array.from({ length: 500 }, () => (next() < 0.1 ? null : pick(words)));
        // Runs of one text, as groups have them.
        const given = wanted.flatMap(
          (word) => Array(1 + Math.floor(next() * 3)).fill(word) as (string | null)[],
        );
        for (let again = 0; again < 2; again++) {
          const found = lookup({ key: makeGroup(given) }, table, { on: 'key' });
          const rows = given.map((word) => rowOf.get(word) ?? Number.NaN);
          assert.deepEqual([...found.row], rows);
          const names = rows.map((row) => (Number.isNaN(row) ? null : keys[row]));
          assert.deepEqual([...found.name], names);
          assert.deepEqual([...take(found.name, [2, 0])], [names[2], names[0]]);
          assert.equal(found.name.get(-1), null);
          assert.equal(found.name.get(given.length), null);
        }
      });
    }
  }

  it('finds none in an empty table, and for an empty group', () => {
    const table = { key: vectorFromArray([], new Utf8()), row: new Float64Array(0) };
    assert.deepEqual([...lookup({ key: ['a'] }, table, { on: 'key' }).row], [Number.NaN]);
    assert.deepEqual(
      [...lookup({ key: vectorFromArray([], new Utf8()) }, { key: ['a'], row: [1] }, { on: 'key' }).row],
      [],
    );
  });

  it('finds the row of a missing key by a missing key', () => {
    const table = { key: ['a', null], row: Float64Array.of(1, 2) };
    assert.deepEqual([...lookup({ key: [null, 'a', 'b'] }, table, { on: 'key' }).row], [2, 1, Number.NaN]);
  });

  it('refuses a text that the table has twice', () => {
    assert.throws(() => lookup({ key: ['a'] }, { key: ['b', 'a', 'a'], row: [1, 2, 3] }, { on: 'key' }), {
      code: 'ERR_INVALID_OPTION',
      message: /rows 1 and 2 of the table have the same key 'a'/,
    });
  });

  it('are found for each group of a call, whatever its dictionary', async () => {
    const items = tableFromArrays({ item: ['x', 'y', 'z'], price: Float64Array.of(1, 2, 3) });
    const sales = tableFromArrays({ shop: Int32Array.of(1, 2, 1, 2), item: ['z', 'x', 'x', 'none'] });
    const price = (g: { item: Vector }) => ({ price: lookup(g, items, { on: 'item' }).price });
    const made = (await applyParallel(groupby(sales, 'shop'), price as never, {
      input: 'columns',
      nJobs: 2,
    })) as Table;
    assert.deepEqual([...(made.getChild('price') ?? [])], [3, 1, 1, Number.NaN]);
  });

  it('come out of a lookup as columns that helpers and results take', () => {
    const table = { key: ['a', 'b'], name: ['first', 'second'] };
    const found = lookup({ key: ['b', 'c', 'a'], x: Float64Array.of(3, 1, 2) }, table, { on: 'key' });
    assert.deepEqual([...sortBy(found, 'name').name], ['first', 'second', null]);
    assert.deepEqual([...filterRows(found, (row) => found.x[row] > 1).name], ['second', 'first']);
    assert.deepEqual(found.name.toArray(), ['second', null, 'first']);
    assert.equal(String(found.name), String(found.name));
  });
});
