import type { Batch } from '../../arrow/index.js';
import { scatterColumn } from '../../split/index.js';
import { readParts } from '../read-parts.js';
import type { ReadTask } from '../read-task.js';
import { columnsOf, placesOfUnit, type RowPlaces } from './row-places.js';
import { runAt } from './run-at.js';
import type { Unit } from './units.js';

/** The groups whose rows are wanted. */
export interface KeptGroups {
  readonly units: readonly Unit[];
  readonly places: RowPlaces;
  /** Group `g` has the places starts[g] to starts[g + 1]-1. */
  readonly starts: Int32Array;
  /** group -> 1 if its rows are wanted. */
  readonly isKept: Uint8Array;
}

/** Yields the rows of the wanted groups in the order of the files, a unit at a time. Workers read ahead. */
export async function* readKeptRows(
  task: ReadTask,
  { units, places, starts, isKept }: KeptGroups,
  signal: AbortSignal,
): AsyncGenerator<Batch, void, undefined> {
  let batches: Batch[] = [];
  let unit = 0;
  let part = 0;
  for await (const { batch, taken } of readParts(task, { signal, isLazy: true })) {
    taken();
    batches.push(batch);
    part++;
    if (part < units[unit].to) continue;
    const { schema } = batch;
    const targets = placesOfUnit(places, unit, schema, batches).slice();
    const numRows = markKept(targets, starts, isKept);
    if (numRows > 0) {
      const columns = columnsOf(schema, batches).map((column) => scatterColumn(column, targets, numRows));
      yield { schema, columns, numRows };
    }
    batches = [];
    unit++;
  }
}

/** Replaces places by the positions of the rows that stay, -1 for the others. Returns how many stay. */
function markKept(places: Int32Array, starts: Int32Array, isKept: Uint8Array): number {
  let numRows = 0;
  let group = 0;
  for (let row = 0; row < places.length; row++) {
    const place = places[row];
    if (place < 0) continue;
    if (place < starts[group] || place >= starts[group + 1]) group = runAt(place, starts);
    places[row] = isKept[group] === 1 ? numRows++ : -1;
  }
  return numRows;
}
