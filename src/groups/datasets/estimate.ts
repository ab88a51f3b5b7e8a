import { Dataset } from '../../files/index.js';
import type { DatasetGroups } from './dataset-groups.js';

/** Tables in memory are there twice: as they are read, and split by groups. */
export const COPIES = 2;
/** The most bytes that a thread reads at once, and the share of the limit. */
const UNIT_BYTES = 32 * 1024 * 1024;
const UNIT_SHARE = 1 / 32;

/** Estimates the bytes of the rows of a data set from what its files tell. */
export async function estimatedBytes(dataset: Dataset): Promise<number> {
  const { parts } = await Dataset.readTask(dataset);
  return parts.reduce((sum, part) => sum + part.bytes, 0);
}

/** Scales an estimate to the rows that were counted: with `where`, fewer come than the files have. */
export function bytesOfGroups(
  { task, numRows }: Pick<DatasetGroups, 'task' | 'numRows'>,
  estimated: number,
): number {
  const read = task.parts.reduce((sum, part) => sum + (part.numRows ?? Number.NaN), 0);
  return read > 0 ? (estimated / read) * numRows : estimated;
}

/** Returns the most bytes that a thread reads at once, below a limit of memory. */
export const unitBytesOf = (limit: number): number => Math.min(UNIT_BYTES, limit * UNIT_SHARE);
