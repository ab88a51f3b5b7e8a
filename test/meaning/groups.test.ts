import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Dictionary, Float64, Int8, type Table, Utf8, Vector, vectorFromArray } from 'apache-arrow';
import { applyParallel, groupby, shutdown } from 'apply-parallel';
import { category, frameOf, values } from '../support/meaning.js';

/*
 * The table of docs/meaning.md, row by row, by way of the front door. Every type and shape is in
 * test/combine, test/split, test/oracle.
 */

after(() => shutdown());

describe('order of groups', () => {
  const keysOf = (keys: ArrayLike<unknown>, sort = true) =>
    groupby(frameOf({ x: Int32Array.from(keys, () => 0) }), keys, { sort }).keys;

  test('numbers numerically, strings by code point, dates by time, false before true', () => {
    assert.deepEqual(keysOf([10, 9, -1, 2.5]), [-1, 2.5, 9, 10]);
    assert.deepEqual(keysOf([10n, 9n, -1n]), [-1n, 9n, 10n]);
    assert.deepEqual(keysOf(['\uffff', '\u{1F600}', 'é', 'a', 'Z', '']), [
      '',
      'Z',
      'a',
      'é',
      '\uffff',
      '\u{1F600}',
    ]);
    const [early, late] = [new Date('1969-01-01'), new Date('2024-01-01')];
    assert.deepEqual(keysOf([late, early]), [early, late]);
    assert.deepEqual(keysOf([true, false]), [false, true]);
  });

  test('without sorting: first appearance', () => {
    assert.deepEqual(keysOf([3, 1, 3, 2], false), [3, 1, 2]);
  });

  test('rows of a group: input order; of the result: group after group', async () => {
    const out = await applyParallel(
      groupby(frameOf({ row: Int32Array.of(0, 1, 2, 3) }), ['b', 'a', 'b', 'a']),
      (group: Table) => group,
      { nJobs: 1 },
    );
    assert.deepEqual(values(out, 'row'), [1, 3, 0, 2]);
  });
});

describe('missing keys', () => {
  const frame = frameOf({ row: Int32Array.of(0, 1, 2, 3) });
  const keys = vectorFromArray([2, null, Number.NaN, 1], new Float64());
  const rows = async (dropna: boolean, sort: boolean) =>
    values(
      await applyParallel(groupby(frame, keys, { dropna, sort }), (group: Table) => group, { nJobs: 1 }),
      'row',
    );

  test('null and NaN: no group', async () => {
    assert.deepEqual(await rows(true, true), [3, 0]);
  });

  test('dropna: false: one group, the last, sorted or not', async () => {
    assert.deepEqual(await rows(false, true), [3, 0, 1, 2]);
    assert.deepEqual(await rows(false, false), [0, 3, 1, 2]);
    assert.deepEqual(groupby(frame, keys, { dropna: false }).keys, [1, 2, null]);
  });
});

describe('categories without rows', () => {
  const type = new Dictionary(new Utf8(), new Int8());
  const names = vectorFromArray(['c', 'a', 'b'], new Utf8());
  const keys = category(['x']).data[0].clone(type, 0, 2, 0, [undefined, Int8Array.of(1, 0)] as never);
  keys.dictionary = names;
  const frame = frameOf({ k: new Vector([keys]), x: Float64Array.of(1, 2) });
  const run = (observed: boolean) =>
    applyParallel(
      groupby(frame, 'k', { observed }),
      (group: Table, { key }) => ({ key: [key], rows: [group.numRows] }),
      {
        nJobs: 1,
      },
    );

  test('observed: no group; observed: false: an empty one, for which the function is called', async () => {
    assert.deepEqual(values(await run(true), 'key'), ['a', 'c']);
    assert.deepEqual(values(await run(false), 'key'), ['a', 'b', 'c']);
    assert.deepEqual(values(await run(false), 'rows'), [1, 0, 1]);
  });

  test('an empty group that is handed back is dropped as empty', async () => {
    const out = await applyParallel(groupby(frame, 'k', { observed: false }), (group: Table) => group, {
      nJobs: 1,
    });
    assert.deepEqual(values(out, 'x'), [1, 2]);
  });
});

test('a function that changes its group in place changes neither the frame nor another group', async () => {
  const frame = frameOf({ x: Float64Array.of(1, 2, 3) });
  const keys = [1, 2, 1];
  for (const nJobs of [1, 2]) {
    const out = await applyParallel(
      groupby(frame, keys),
      (group: { x: Float64Array }) => {
        group.x.fill(9);
        return { sum: [group.x.length] };
      },
      { input: 'columns', nJobs },
    );
    assert.deepEqual(values(out, 'sum'), [2, 1]);
    assert.deepEqual(values(frame, 'x'), [1, 2, 3]);
  }
});
