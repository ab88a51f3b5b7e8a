import { type Batch, type PackedBatch, packBatch, unpackBatch } from '../arrow/index.js';
import { type GroupView, groupReader, viewJoiner } from '../frame/index.js';
import type { Shards } from './group-source.js';

/** A frame of a cogroup beside the first, as a kernel reads it. */
export interface OtherRows {
  /** The form in which the function gets it. */
  readonly form: string;
  readonly batch: Batch;
  readonly from: Int32Array;
  readonly sizes: Int32Array;
}

/** {@link OtherRows} in values that can be posted. */
export type WireOtherRows = Omit<OtherRows, 'batch'> & { readonly batch: PackedBatch };

export const describeOthers = (others: readonly OtherRows[] | undefined): WireOtherRows[] | undefined =>
  others?.map((other) => ({ ...other, batch: packBatch(other.batch) }));

export const reviveOthers = (others: readonly WireOtherRows[] | undefined): OtherRows[] | undefined =>
  others?.map((other) => ({ ...other, batch: unpackBatch(other.batch) }));

/** Returns a group as its function gets it. */
export type GroupViews = (group: number) => GroupView;

/** Makes views of groups. Several kernels in one thread may share them. */
export function groupViews(
  { batches, batchOf, from, sizes }: Omit<Shards, 'others'>,
  form: string,
  frameClass: unknown,
  others: readonly OtherRows[] = [],
): GroupViews {
  const readers = batches.map((batch) => groupReader(batch, form, frameClass));
  const first: GroupViews = (group) =>
    readers[batchOf ? batchOf[group] : 0](from[group], from[group] + sizes[group]);
  if (others.length === 0) return first;
  const views = others.map((other): GroupViews => {
    const read = groupReader(other.batch, other.form, frameClass);
    return (group) => read(other.from[group], other.from[group] + other.sizes[group]);
  });
  const join = viewJoiner([batches[0], ...others.map(({ batch }) => batch)]);
  return (group) => join([first(group), ...views.map((viewOf) => viewOf(group))]);
}
