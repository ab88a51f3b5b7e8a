import type { Allocate } from '../arrow/index.js';
import { spentLimits } from './codes-memory.js';
import type { Grouping } from './grouping.js';
import type { RepeatedKeys } from './repeat-keys.js';

/*
 * The places of a large table take 4 bytes a row. Once the other columns are moved, nobody needs them, and a
 * key column of up to 4 bytes a row gets their memory instead of its own.
 */

/** Returns the position of the column that gets the memory of the places; -1 for none. */
export function columnInPlaces(
  columns: readonly (RepeatedKeys | undefined)[],
  { places, starts, numGroups }: Grouping,
): number {
  if (places.length < spentLimits.rows || !(places.buffer instanceof SharedArrayBuffer)) return -1;
  const fits = (column: RepeatedKeys | undefined) =>
    column !== undefined && column.width * starts[numGroups] <= places.byteLength;
  return columns.findIndex(fits);
}

/** Returns what gives the memory of places to a column, which must write every byte. */
export const inPlacesOf =
  ({ places }: Grouping): Allocate =>
  (byteLength) =>
    new Uint8Array(places.buffer, places.byteOffset, byteLength);
