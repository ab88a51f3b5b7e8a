import type { Batch } from '../../arrow/index.js';
import { scatterColumn } from '../../split/index.js';
import { PartReader } from '../part-reader.js';
import type { ReadTask } from '../read-task.js';
import { columnsOf, placesOfUnit, type RowPlaces } from './row-places.js';
import { readUnit, type Unit } from './units.js';

/** Reads the rows with the places `from` to `to`-1 in their order, from the units that have some. */
export async function readGroupRows(
  task: ReadTask,
  units: readonly Unit[],
  places: RowPlaces,
  [from, to]: readonly [from: number, to: number],
): Promise<Batch[]> {
  const reader = new PartReader(task);
  const found: Batch[] = [];
  for (const [at, unit] of units.entries()) {
    if (!mayHave(places, at, from, to)) continue;
    const batches = await readUnit(reader, unit);
    const targets = placesOfUnit(places, at, reader.schema, batches).slice();
    let numRows = 0;
    for (let row = 0; row < targets.length; row++) {
      targets[row] = targets[row] >= from && targets[row] < to ? numRows++ : -1;
    }
    if (numRows === 0) continue;
    const columns = columnsOf(reader.schema, batches).map((column) =>
      scatterColumn(column, targets, numRows),
    );
    found.push({ schema: reader.schema, columns, numRows });
  }
  return found;
}

/** Tells whether a unit may have rows with these places. */
function mayHave(places: RowPlaces, unit: number, from: number, to: number): boolean {
  const values = places.kind === 'keys' ? places.next : places.places;
  return values
    .subarray(places.starts[unit], places.starts[unit + 1])
    .some((place) => place >= from && place < to);
}
