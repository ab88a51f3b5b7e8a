import { type Batch, cutData, packBatch } from '../../arrow/index.js';
import type { GroupKey } from '../../errors.js';
import type { GroupKeyColumn } from '../group-keys.js';
import type { OtherFrame, Shards } from '../group-source.js';
import { batchOfKeys } from './key-batch.js';
import type { GroupPart } from './protocol.js';

/** Rows of some groups, of one frame. */
interface Rows {
  readonly batch: Batch;
  readonly from: Int32Array;
}

/** All groups of a call, from which parts are made. */
export interface SplitGroups {
  readonly shards: Shards;
  readonly keys: readonly GroupKey[];
  readonly firstIndex: number;
  readonly form: string;
  readonly forms: readonly string[];
  /** The keys as columns, if results that stay on the cluster need them. */
  readonly keyColumns?: readonly GroupKeyColumn[];
}

/** Cuts the groups `first` to `end`-1 out of the rows of all. */
export function makePart(groups: SplitGroups, first: number, end: number): GroupPart {
  const { shards, keys, firstIndex, form, forms, keyColumns } = groups;
  const { batches, batchOf } = shards;
  const sizes = shards.sizes.slice(first, end);
  const from = new Int32Array(end - first);
  const packed: GroupPart['batches'][number][] = [];
  const ownBatchOf = new Int32Array(end - first);
  // Groups of one batch stand together.
  for (let begin = first; begin < end; ) {
    const batch = batchOf ? batchOf[begin] : 0;
    let next = begin + 1;
    while (next < end && (!batchOf || batchOf[next] === batch)) next++;
    const rows = cutRows({ batch: batches[batch], from: shards.from }, shards.sizes, begin, next);
    from.set(rows.from, begin - first);
    ownBatchOf.fill(packed.length, begin - first, next - first);
    packed.push(rows.batch);
    begin = next;
  }
  return {
    at: first,
    firstIndex: firstIndex + first,
    keys: keys.slice(first, end),
    batches: packed,
    batchOf: packed.length > 1 ? ownBatchOf : undefined,
    from,
    sizes,
    form,
    others: shards.others?.map((other, k) => makeOther(other, forms[k], first, end)),
    keyBatch: keyColumns && packBatch(cutKeys(keyColumns, first, end)),
  };
}

const cutKeys = (keys: readonly GroupKeyColumn[], first: number, end: number): Batch =>
  batchOfKeys(
    keys.map(({ field, data }) => ({ field, data: cutData(data, first, end - first) })),
    end - first,
  );

function makeOther(other: OtherFrame, form: string, first: number, end: number) {
  const sizes = other.sizes.slice(first, end);
  return { form, sizes, ...cutRows(other, other.sizes, first, end) };
}

/** Cuts the rows of groups out of a batch. They stand together, but for those of groups without rows. */
function cutRows({ batch, from }: Rows, sizes: Int32Array, first: number, end: number) {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = 0;
  for (let group = first; group < end; group++) {
    if (sizes[group] === 0) continue;
    lowest = Math.min(lowest, from[group]);
    highest = Math.max(highest, from[group] + sizes[group]);
  }
  const origin = lowest < highest ? lowest : 0;
  const numRows = Math.max(0, highest - origin);
  const cut: Batch = {
    schema: batch.schema,
    columns: batch.columns.map((data) => cutData(data, origin, numRows)),
    numRows,
  };
  return {
    batch: packBatch(cut),
    from: from.slice(first, end).map((row, k) => (sizes[first + k] === 0 ? 0 : row - origin)),
  };
}

/** Deals groups out to about `count` parts of as many rows each. Returns where each begins, and the end. */
export function partBounds(sizes: Int32Array, count: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size + 1, 0);
  const most = total / count;
  const bounds = [0];
  let weight = 0;
  for (let group = 0; group < sizes.length; group++) {
    // Half of the group that crosses the bound decides on which side it comes.
    if (weight > 0 && weight + (sizes[group] + 1) / 2 > most) {
      bounds.push(group);
      weight = 0;
    }
    weight += sizes[group] + 1;
  }
  if (sizes.length > 0) bounds.push(sizes.length);
  return bounds;
}
