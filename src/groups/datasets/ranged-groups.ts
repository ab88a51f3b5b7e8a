import type { Schema } from 'apache-arrow';
import type { Batch } from '../../arrow/index.js';
import type { BucketRange } from '../../files/index.js';
import type { GroupSource, OtherFrame } from '../group-source.js';
import type { GroupRange } from './group-ranges.js';

/** Groups whose rows lie in files, read range by range. */
export interface RangedGroups {
  /** All groups; their rows cannot be asked for. */
  readonly source: GroupSource;
  readonly ranges: readonly GroupRange[];
  /** Bytes. */
  readonly memoryLimit: number;
  /** Reads the groups of a range. */
  load(range: GroupRange, signal: AbortSignal): Promise<GroupSource>;
  /** Removes the files of a bucket. */
  drop(bucket: number): Promise<void>;
  /** Removes all files. */
  remove(): Promise<void>;
}

/** The rows of one frame or data set, bucket by bucket. */
export interface RangedRows {
  load(range: BucketRange, signal: AbortSignal): Promise<Batch>;
  /** Reads a range in this thread, without giving way. */
  loadNow(range: BucketRange): Batch;
  drop(bucket: number): Promise<void>;
  remove(): Promise<void>;
}

/** One of the frames that the function gets, in files or not. */
export interface RangedSide {
  readonly kind: string;
  readonly schema: Schema;
  readonly rows: RangedRows;
  /** Group `g` has the places starts[g] to starts[g + 1]-1 on this side. */
  readonly starts: Int32Array;
  /** Lies in shared memory. */
  readonly sizes: Int32Array;
}

/** The groups of one or more sides, as far as they are the same on all. */
export type CommonGroups = Pick<GroupSource, 'count' | 'sizes' | 'numRows' | 'key' | 'keyColumns'>;

/** Makes groups of the rows of sides. The ranges are runs of groups, the same on all sides. */
export function rangedGroups(
  groups: CommonGroups,
  sides: readonly RangedSide[],
  ranges: readonly GroupRange[],
  memoryLimit: number,
): RangedGroups {
  const [{ kind, schema }] = sides;
  const { count, sizes, numRows, key } = groups;
  return {
    source: {
      kind,
      schema,
      count,
      sizes,
      numRows,
      key,
      keyColumns: () => groups.keyColumns(),
      split() {
        throw new TypeError('the rows of spilled groups are read range by range');
      },
    },
    ranges,
    memoryLimit,
    async load(range, signal) {
      const batches: Batch[] = [];
      for (const { rows, starts } of sides) batches.push(await rows.load(bucketRange(range, starts), signal));
      return sourceOfRange(groups, sides, range, batches);
    },
    async drop(bucket) {
      for (const { rows } of sides) await rows.drop(bucket);
    },
    async remove() {
      for (const { rows } of sides) await rows.remove();
    },
  };
}

/** Returns the places of a range in its bucket. */
export const bucketRange = ({ bucket, begin, first, end }: GroupRange, starts: Int32Array): BucketRange => ({
  bucket,
  from: starts[first] - starts[begin],
  to: starts[end] - starts[begin],
});

/** Returns the groups of a range; `loaded` are their rows on each side. */
function sourceOfRange(
  groups: CommonGroups,
  sides: readonly RangedSide[],
  range: GroupRange,
  loaded: readonly Batch[],
): GroupSource {
  const { first, end } = range;
  const [{ kind }] = sides;
  const parts = sides.map(({ starts, sizes, ...side }) => ({
    kind: side.kind,
    from: starts.slice(first, end).map((place) => place - starts[first]),
    sizes: sizes.subarray(first, end),
  }));
  let rows: readonly Batch[] | undefined = loaded;
  return {
    kind,
    schema: loaded[0].schema,
    count: end - first,
    sizes: groups.sizes.subarray(first, end),
    firstIndex: first,
    numRows: loaded.reduce((sum, { numRows }) => sum + numRows, 0),
    key: (group) => groups.key(first + group),
    keyColumns: () => [],
    split() {
      // Read again where a group is to run once more: the function may have changed its rows.
      const batches = rows ?? sides.map((side) => side.rows.loadNow(bucketRange(range, side.starts)));
      rows = undefined;
      const [own, ...others] = parts.map((part, k): OtherFrame => ({ ...part, batch: batches[k] }));
      const shards = { batches: [own.batch], from: own.from, sizes: own.sizes };
      return others.length > 0 ? { ...shards, others } : shards;
    },
  };
}
