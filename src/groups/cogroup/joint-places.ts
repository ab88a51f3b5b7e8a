import { type RowPlaces, runAt } from '../../files/index.js';
import type { JointSide } from '../../split/index.js';

/** Negative, however many rows follow: such rows are in no group. */
const NOWHERE = -(2 ** 31);

/**
 * Returns the places that the rows of a data set have among the groups of all sides. Groups of the data set
 * that are none of these have no places.
 *
 * @param starts own group `g` has the places starts[g] to starts[g + 1]-1
 * @param next own group -> the place of its first row on this side; -1 for none
 */
export function jointPlaces(places: RowPlaces, starts: Int32Array, next: JointSide['next']): RowPlaces {
  const moved = placeMover(starts, next);
  if (places.kind === 'keys') return { ...places, next: shared(places.next, moved) };
  return { ...places, places: shared(places.places, moved) };
}

function placeMover(starts: Int32Array, next: Int32Array): (place: number) => number {
  let group = 0;
  return (place) => {
    if (place < 0) return place;
    if (place < starts[group] || place >= starts[group + 1]) group = runAt(place, starts);
    return next[group] < 0 ? NOWHERE : next[group] + (place - starts[group]);
  };
}

function shared(given: Int32Array, moved: (place: number) => number): Int32Array {
  const out = new Int32Array(new SharedArrayBuffer(given.byteLength));
  for (let k = 0; k < given.length; k++) out[k] = moved(given[k]);
  return out;
}
