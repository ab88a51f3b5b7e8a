import type { Table } from 'apache-arrow';
import { allocateShared } from '../arrow/index.js';
import { gather } from '../split/index.js';
import type { GroupCall } from './group-call.js';
import type { RowOrder } from './group-source.js';
import { ParallelRows } from './parallel-rows.js';
import { inOnePiece, type RowColumn, withAllPlaces } from './row-columns.js';
import { SplitFailure } from './split-parts.js';
import { workersForRows } from './workers-for-rows.js';

/**
 * Returns columns of a table in group order in the order of the rows. The workers do it if they are idle and
 * it pays, else this thread.
 */
export async function restoredColumns(
  call: GroupCall,
  grouped: Table,
  columns: readonly number[],
  { places, inPlace }: RowOrder,
): Promise<RowColumn[]> {
  const pieces = columns.map((k) => inOnePiece(grouped, k));
  if (inPlace) return pieces.map(({ field, data }) => ({ field, chunks: [data] }));
  const { numRows, sizes } = call.source;
  const isComplete = sizes.reduce((sum, size) => sum + size, 0) === numRows;
  const all = isComplete ? places : withAllPlaces(places);
  const given = pieces.map(({ data }) => data);
  const here = () => given.map((data) => gather(data, all, allocateShared));
  const workers = workersForRows(call);
  const { signal } = call.options;
  const made =
    workers > 0 ? await orHere(new ParallelRows(workers, signal).gather(given, all), here) : here();
  return pieces.map(({ field }, k) => ({ field, chunks: [made[k]] }));
}

/** Does in this thread what workers could not. */
async function orHere<T>(running: Promise<T>, here: () => T): Promise<T> {
  try {
    return await running;
  } catch (error) {
    if (error instanceof SplitFailure) return here();
    throw error;
  }
}
