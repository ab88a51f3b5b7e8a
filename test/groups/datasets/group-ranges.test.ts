import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Spill } from '#dist/files/index.js';
import { dealOut, rangesOf } from '#dist/groups/datasets/group-ranges.js';
import type { DatasetGroups } from '#dist/groups/datasets/index.js';

/** Groups of these sizes; the key of a group is its number. */
function groupsOf(sizes: readonly number[]): DatasetGroups {
  const starts = Int32Array.from([0, ...sizes]);
  for (let k = 1; k < starts.length; k++) starts[k] += starts[k - 1];
  const key = (group: number) => group;
  return {
    count: sizes.length,
    sizes: Int32Array.from(sizes),
    starts,
    key,
  } as Partial<DatasetGroups> as DatasetGroups;
}

const spillOf = (bytes: readonly number[]) => ({ bytesOf: (bucket: number) => bytes[bucket] }) as Spill;

describe('dealing groups out to buckets', () => {
  it('fills buckets up to an eighth of the limit, in group order', () => {
    const { groups, bounds } = dealOut(groupsOf([4, 4, 4, 12, 1, 1]), 10, 800);
    assert.deepEqual(groups, [0, 2, 3, 4, 6]);
    assert.deepEqual([...bounds], [0, 8, 12, 24, 26]);
  });

  it('makes no more than 1024 files', () => {
    const { groups } = dealOut(groupsOf(Array(5000).fill(1)), 10, 20);
    assert.ok(groups.length <= 1025);
  });

  it('takes no groups at all', () => {
    assert.deepEqual([...dealOut(groupsOf([]), 10, 800).bounds], [0, 0]);
  });

  it('refuses a group above the limit', () => {
    assert.throws(() => dealOut(groupsOf([1, 81]), 10, 800), {
      code: 'ERR_GROUP_TOO_LARGE',
      key: 1,
      index: 1,
    });
  });
});

describe('ranges of buckets', () => {
  const groups = groupsOf([4, 4, 4, 4]);
  const buckets = dealOut(groups, 10, 1280);

  it('are the buckets where the estimate was right', () => {
    assert.deepEqual(rangesOf(groups, buckets, spillOf([160]), 1280), [
      { bucket: 0, from: 0, to: 16, first: 0, end: 4, bytes: 160 },
    ]);
  });

  it('are pieces of buckets that turned out larger', () => {
    assert.deepEqual(rangesOf(groups, buckets, spillOf([640]), 1280), [
      { bucket: 0, from: 0, to: 8, first: 0, end: 2, bytes: 320 },
      { bucket: 0, from: 8, to: 16, first: 2, end: 4, bytes: 320 },
    ]);
  });

  it('refuse a group that turned out too large', () => {
    assert.throws(() => rangesOf(groups, buckets, spillOf([6400]), 1280), {
      code: 'ERR_GROUP_TOO_LARGE',
      key: 0,
    });
  });
});
