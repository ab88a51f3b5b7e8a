import { GroupError } from '../../errors.js';
import type { BucketRange, Spill } from '../../files/index.js';
import { megabytes } from '../../util/index.js';
import { describeKey } from '../group-source.js';
import type { DatasetGroups } from './dataset-groups.js';

/** A run of groups whose rows are read from a bucket at once: `first` to `end`-1. */
export interface GroupRange extends BucketRange {
  readonly first: number;
  readonly end: number;
  /** The bytes of its rows. */
  readonly bytes: number;
}

/** Buckets of groups: bucket `b` has the groups groups[b] to groups[b + 1]-1, and their places. */
export interface Buckets {
  readonly groups: readonly number[];
  readonly bounds: Int32Array;
}

/** The share of the limit that a bucket takes: one is read while another runs, and there are results. */
const BUCKET_SHARE = 1 / 8;
/** Each bucket is a file. Two buckets that follow each other are more than one full one together. */
const MOST_BUCKETS = 1024;
/** Buckets this many times larger than planned are read in pieces: the estimate was too low. */
const TOO_LOW = 2;

/** Deals the groups out to buckets. Throws `ERR_GROUP_TOO_LARGE` for a group that no bucket can take. */
export function dealOut(
  { count, starts, sizes, key }: DatasetGroups,
  rowBytes: number,
  limit: number,
): Buckets {
  const most = Math.max(limit * BUCKET_SHARE, (starts[count] * rowBytes * 2) / MOST_BUCKETS);
  const groups = [0];
  let bytes = 0;
  for (let group = 0; group < count; group++) {
    const own = sizes[group] * rowBytes;
    if (own > limit) throw tooLarge(key(group), group, sizes[group], own, limit);
    if (bytes > 0 && bytes + own > most) {
      groups.push(group);
      bytes = 0;
    }
    bytes += own;
  }
  groups.push(count);
  return { groups, bounds: Int32Array.from(groups, (group) => starts[group]) };
}

/**
 * Returns the ranges of groups to read, in group order: buckets, or pieces of buckets that turned out larger
 * than planned.
 */
export function rangesOf(groups: DatasetGroups, buckets: Buckets, spill: Spill, limit: number): GroupRange[] {
  const { starts, sizes, key } = groups;
  const ranges: GroupRange[] = [];
  const most = limit * BUCKET_SHARE * TOO_LOW;
  for (let bucket = 0; bucket + 1 < buckets.groups.length; bucket++) {
    const [begin, end] = buckets.groups.slice(bucket, bucket + 2);
    const origin = starts[begin];
    const rowBytes = spill.bytesOf(bucket) / Math.max(1, starts[end] - origin);
    for (let first = begin; first < end; ) {
      let next = first;
      let bytes = 0;
      while (next < end && (next === first || bytes + sizes[next] * rowBytes <= most)) {
        const own = sizes[next] * rowBytes;
        if (own > limit) throw tooLarge(key(next), next, sizes[next], own, limit);
        bytes += own;
        next++;
      }
      ranges.push({
        bucket,
        from: starts[first] - origin,
        to: starts[next] - origin,
        first,
        end: next,
        bytes,
      });
      first = next;
    }
  }
  return ranges;
}

function tooLarge(
  key: Parameters<typeof describeKey>[0],
  index: number,
  rows: number,
  bytes: number,
  limit: number,
): GroupError {
  return new GroupError(
    'ERR_GROUP_TOO_LARGE',
    `group ${describeKey(key)} has ${rows} rows of about ${megabytes(bytes)}, and memoryLimit is ` +
      `${megabytes(limit)}: a group is in memory as a whole, so raise memoryLimit, read fewer columns, ` +
      'or group by one more key',
    { key, index },
  );
}
