import { GroupBy } from '../frame-groupby.js';
import { keyColumns } from '../key-columns.js';
import type { OpenOptions } from './open-options.js';
import type { DatasetParts } from './parts.js';

/** Reads all rows of a data set into memory, and groups them. */
export async function readWhole(
  { dataset, by, options }: DatasetParts,
  { signal, progress }: Pick<OpenOptions, 'signal' | 'progress'>,
): Promise<GroupBy<object>> {
  const table = await dataset.read({ signal, progress: progress?.forReading() });
  return new GroupBy<object>({ table, kind: 'arrow' }, keyColumns(table, by), options);
}
