import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dealOut, rangesOf } from '#dist/groups/datasets/group-ranges.js';

/** Groups of these sizes; the key of a group is its number. */
const groupsOf = (sizes: readonly number[]) => ({
  count: sizes.length,
  sizes: Int32Array.from(sizes),
  key: (group: number) => group,
});

type Groups = ReturnType<typeof groupsOf>;

const rowsOf = (groups: Groups, bytes: number) => (group: number) => groups.sizes[group] * bytes;
const deal = (groups: Groups, limit: number, workers = 1) =>
  dealOut(groups, { bytesOf: rowsOf(groups, 10), limit, workers });

describe('dealing groups out to buckets', () => {
  it('fills buckets up to an eighth of the limit, in group order', () => {
    assert.deepEqual(deal(groupsOf([4, 4, 4, 12, 1, 1]), 800).groups, [0, 2, 3, 4, 6]);
  });

  it('fills buckets up to a fifth where an eighth has fewer groups than there are workers', () => {
    // An eighth is 100 bytes, ten rows.
    const groups = groupsOf([8, 8, 8, 8, 9, 9, 20, 2, 2, 2, 5]);
    assert.deepEqual(deal(groups, 800, 2).groups, [0, 2, 4, 5, 6, 7, 10, 11]);
    assert.deepEqual(deal(groups, 800, 1).groups, [0, 1, 2, 3, 4, 5, 6, 7, 10, 11]);
    assert.deepEqual(deal(groupsOf([5, 5, 5, 5]), 800, 4).groups, [0, 3, 4]);
  });

  it('makes no more than 1024 files', () => {
    const { groups } = deal(groupsOf(Array(5000).fill(1)), 20);
    assert.ok(groups.length <= 1025);
  });

  it('takes no groups at all', () => {
    assert.deepEqual(deal(groupsOf([]), 800).groups, [0, 0]);
  });

  it('refuses a group above the limit', () => {
    assert.throws(() => deal(groupsOf([1, 81]), 800), {
      code: 'ERR_GROUP_TOO_LARGE',
      key: 1,
      index: 1,
    });
  });
});

describe('ranges of buckets', () => {
  const groups = groupsOf([4, 4, 4, 4]);
  const buckets = deal(groups, 1280);

  it('are the buckets where the estimate was right', () => {
    assert.deepEqual(
      rangesOf(groups, buckets, () => rowsOf(groups, 10), 1280),
      [{ bucket: 0, begin: 0, first: 0, end: 4, bytes: 160 }],
    );
  });

  it('are pieces of buckets that turned out larger', () => {
    assert.deepEqual(
      rangesOf(groups, buckets, () => rowsOf(groups, 40), 1280),
      [
        { bucket: 0, begin: 0, first: 0, end: 2, bytes: 320 },
        { bucket: 0, begin: 0, first: 2, end: 4, bytes: 320 },
      ],
    );
  });

  it('refuse a group that turned out too large', () => {
    assert.throws(() => rangesOf(groups, buckets, () => rowsOf(groups, 400), 1280), {
      code: 'ERR_GROUP_TOO_LARGE',
      key: 0,
    });
  });
});
