import { hasArray, member } from '../../util/index.js';

/* Row labels are part of a DataFrame, and Arrow has nothing for them. Frames of other kinds have none. */

/** Returns the row labels of a frame; undefined if it has none, or they are 0, 1, 2, … */
export function rowLabels(frame: object): readonly unknown[] | undefined {
  if (!hasArray(frame, '$index')) return undefined;
  const labels = member(frame, '$index') as readonly unknown[];
  return labels.every((label, row) => label === row) ? undefined : labels;
}

/** Sets the row labels of a DataFrame. The caller makes sure that there is one for each row. */
export function setRowLabels(frame: unknown, labels: readonly unknown[] | undefined): void {
  if (labels !== undefined) (frame as { $index: readonly unknown[] }).$index = labels;
}

/** Returns a copy of all row labels of a frame, be they 0, 1, 2, … or others; undefined if it has none. */
export const copyRowLabels = (frame: object): readonly unknown[] | undefined =>
  hasArray(frame, '$index') ? Array.from(member(frame, '$index') as readonly unknown[]) : undefined;

const labelsOfGroupbys = new WeakMap<object, readonly unknown[]>();

/** Remembers the row labels of a grouped frame: a danfojs Groupby keeps only its rows. */
export function rememberRowLabels(groupby: object, frame: object): void {
  const labels = copyRowLabels(frame);
  if (labels !== undefined) labelsOfGroupbys.set(groupby, labels);
}

/** Returns the row labels of the frame that was grouped, if {@link rememberRowLabels} has seen it. */
export const rememberedRowLabels = (groupby: object): readonly unknown[] | undefined =>
  labelsOfGroupbys.get(groupby);
