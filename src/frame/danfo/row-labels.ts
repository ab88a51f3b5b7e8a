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
