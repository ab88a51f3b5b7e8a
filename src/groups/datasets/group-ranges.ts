import { GroupError } from '../../errors.js';
import { sizeText } from '../../util/index.js';
import type { GroupSource } from '../group-source.js';
import { describeKey } from '../group-source.js';

/** A run of groups whose rows are read from a bucket at once: `first` to `end`-1. */
export interface GroupRange {
  readonly bucket: number;
  /** The first group of the bucket. */
  readonly begin: number;
  readonly first: number;
  readonly end: number;
  /** The bytes of its rows. */
  readonly bytes: number;
}

/** Buckets of groups: bucket `b` has the groups groups[b] to groups[b + 1]-1. */
export interface Buckets {
  readonly groups: readonly number[];
}

/** Groups, as far as dealing them out needs to know them. */
export type DealtGroups = Pick<GroupSource, 'count' | 'sizes' | 'key'>;

/** The share of the limit that a bucket takes: one is read while another runs, and there are results. */
const BUCKET_SHARE = 1 / 8;
/** How much larger than that a bucket may be that has fewer groups than there are workers. */
const GROWTH = 1.6;
/** Each bucket is a file. Two buckets that follow each other are more than one full one together. */
const MOST_BUCKETS = 1024;
/** Buckets this many times larger than planned are read in pieces: the estimate was too low. */
const TOO_LOW = 2;

/** How groups are dealt out to buckets. */
export interface Dealing {
  /** About how many bytes the rows of a group take. */
  bytesOf(group: number): number;
  /** Bytes that may be in memory. */
  readonly limit: number;
  /** Threads that run a bucket's groups at once. */
  readonly workers: number;
}

/** Deals the groups out to buckets. Throws `ERR_GROUP_TOO_LARGE` for a group that no bucket can take. */
export function dealOut(groups: DealtGroups, { bytesOf, limit, workers }: Dealing): Buckets {
  const { count } = groups;
  let total = 0;
  for (let group = 0; group < count; group++) total += bytesOf(group);
  const most = Math.max(limit * BUCKET_SHARE, (total * 2) / MOST_BUCKETS);
  const first = [0];
  let bytes = 0;
  for (let group = 0; group < count; group++) {
    const own = bytesOf(group);
    if (own > limit) throw tooLarge(groups, group, own, limit);
    // A worker without a group waits until the bucket is done.
    const isForAll = group - first[first.length - 1] >= workers;
    if (bytes > 0 && bytes + own > (isForAll ? most : most * GROWTH)) {
      first.push(group);
      bytes = 0;
    }
    bytes += own;
  }
  first.push(count);
  return { groups: first };
}

/**
 * Returns the ranges of groups to read, in group order: buckets, or pieces of buckets that turned out larger
 * than planned.
 *
 * @param bytesIn returns what tells the bytes of the groups of a bucket, now that they are known
 */
export function rangesOf(
  groups: DealtGroups,
  buckets: Buckets,
  bytesIn: (bucket: number) => (group: number) => number,
  limit: number,
): GroupRange[] {
  const ranges: GroupRange[] = [];
  const most = limit * BUCKET_SHARE * TOO_LOW;
  for (let bucket = 0; bucket + 1 < buckets.groups.length; bucket++) {
    const [begin, end] = buckets.groups.slice(bucket, bucket + 2);
    const bytesOf = bytesIn(bucket);
    for (let first = begin; first < end; ) {
      let next = first;
      let bytes = 0;
      while (next < end && (next === first || bytes + bytesOf(next) <= most)) {
        const own = bytesOf(next);
        if (own > limit) throw tooLarge(groups, next, own, limit);
        bytes += own;
        next++;
      }
      ranges.push({ bucket, begin, first, end: next, bytes });
      first = next;
    }
  }
  return ranges;
}

function tooLarge({ key, sizes }: DealtGroups, index: number, bytes: number, limit: number): GroupError {
  const rows = sizes[index] === 1 ? '1 row' : `${sizes[index]} rows`;
  return new GroupError(
    'ERR_GROUP_TOO_LARGE',
    `group ${describeKey(key(index))} has ${rows} of about ${sizeText(bytes)}, and memoryLimit is ` +
      `${sizeText(limit)}: a group is in memory as a whole, so raise memoryLimit, read fewer columns, ` +
      'or group by one more key',
    { key: key(index), index },
  );
}
