import { hasArray, member } from '../../util/index.js';

/*
 * What a DataFrame has beside its columns, and Arrow has no word for: the labels of its rows, and its settings. Of a frame of any kind:
 * others have neither.
 */

/** The row labels of a DataFrame that are not simply 0, 1, 2, … */
export function rowLabels(frame: object): readonly unknown[] | undefined {
  if (!hasArray(frame, '$index')) return undefined;
  const labels = member(frame, '$index') as readonly unknown[];
  return labels.every((label, row) => label === row) ? undefined : labels;
}

/** Not checked: they are those of a frame of as many rows. */
export function setRowLabels(frame: unknown, labels: readonly unknown[] | undefined): void {
  if (labels !== undefined) (frame as { $index: readonly unknown[] }).$index = labels;
}
