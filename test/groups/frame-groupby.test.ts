import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { makeVector, Table, Utf8, vectorFromArray } from 'apache-arrow';
import { GroupBy } from '#dist/groups/frame-groupby.js';
import type { GroupSource, Shards } from '#dist/groups/group-source.js';
import { ParallelSplitter } from '#dist/groups/parallel-splitter.js';
import { applyParallel, groupby, shareTable, shutdown, transformParallel } from '#dist/index.js';
import { spentLimits } from '#dist/split/index.js';
import { cellsOf } from '../support/cells.js';

const usual = spentLimits.rows;
const ROWS = 4000;
const quiet = new AbortController().signal;

/** Keys that get the memory of the places: of 4 bytes, and texts of 3. */
const table = shareTable(
  new Table({
    number: makeVector(Int32Array.from({ length: ROWS }, (_, i) => (i * 7) % 4)),
    x: makeVector(Float64Array.from({ length: ROWS }, (_, i) => i)),
    name: vectorFromArray(
      Array.from({ length: ROWS }, (_, i) => `n${(i * 7) % 4}x`),
      new Utf8(),
    ),
  }),
);

const columnsOf = ({ batches: [batch] }: Shards) => batch.columns.map((data) => cellsOf([data]));
/** The groups as calls see them. */
const sourceOf = (groups: unknown): Required<GroupSource> =>
  (GroupBy as unknown as { source(groups: unknown): Required<GroupSource> }).source(groups);
const split = (isOnce: boolean, key: 'number' | 'name', groups: unknown = groupby(table, key)) =>
  sourceOf(groups).split(isOnce);
const splitInWorkers = (groups: unknown) => sourceOf(groups).splitWith(new ParallelSplitter(2, quiet), true);
const double = (g: { x: Float64Array }) => ({ ...g, y: g.x.map((v) => 2 * v) });

describe('a key column with the memory of the places', () => {
  beforeEach(() => {
    spentLimits.rows = 0;
  });
  afterEach(() => {
    spentLimits.rows = usual;
  });
  after(() => shutdown());

  for (const key of ['number', 'name'] as const) {
    it(`is as any other: ${key}`, async () => {
      const expected = columnsOf(split(false, key));
      const groups = groupby(table, key);
      assert.deepEqual(columnsOf(split(true, key, groups)), expected);
      assert.deepEqual(columnsOf(split(true, key, groups)), expected, 'split again');
      assert.deepEqual(columnsOf(await splitInWorkers(groupby(table, key))), expected, 'in workers');
    });

    it(`is left alone while another split reads the places: ${key}`, async () => {
      const expected = columnsOf(split(false, key));
      const groups = groupby(table, key);
      const all = await Promise.all([splitInWorkers(groups), splitInWorkers(groups), splitInWorkers(groups)]);
      for (const each of all) assert.deepEqual(columnsOf(each), expected);
      assert.deepEqual(columnsOf(await splitInWorkers(groups)), expected, 'once more');
    });
  }

  it('takes that memory from the first split alone, and never once the order of the rows was asked for', () => {
    const bufferOf = ({ batches: [batch] }: Shards) => batch.columns[2].values.buffer;
    const placesBytes = ROWS * 4;
    const groups = groupby(table, 'name');
    assert.equal(bufferOf(split(true, 'name', groups)).byteLength, placesBytes);
    assert.notEqual(bufferOf(split(true, 'name', groups)).byteLength, placesBytes);
    const asked = groupby(table, 'name');
    sourceOf(asked).rowOrder();
    assert.notEqual(bufferOf(split(true, 'name', asked)).byteLength, placesBytes);
  });

  for (const nJobs of [1, 2]) {
    it(`serves groups, transforms and calls in turns with nJobs ${nJobs}`, async () => {
      const groups = groupby(table, 'name');
      const options = { input: 'columns', nJobs } as const;
      const before = await applyParallel(groups, double, options);
      const inRows = await transformParallel(groups, double, options);
      assert.deepEqual([...(inRows.getChild('x') ?? [])], [...(table.getChild('x') ?? [])]);
      assert.deepEqual([...(inRows.getChild('name') ?? [])], [...(table.getChild('name') ?? [])]);
      const again = await applyParallel(groups, double, options);
      assert.deepEqual(again.toArray().map(String), before.toArray().map(String));
      assert.deepEqual(
        [...(groups.getGroup('n1x').getChild('x') ?? [])],
        [...(before.getChild('x') ?? [])].slice(1000, 2000),
      );
    });
  }
});
