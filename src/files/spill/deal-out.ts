import type { Schema } from 'apache-arrow';
import type { Allocate, Batch } from '../../arrow/index.js';
import { type Bucketed, intoBuckets } from './buckets.js';
import { keysOfUnit, type RowPlaces, type UnitKeys, words } from './row-places.js';
import { runAt } from './run-at.js';

/** The buckets that rows are dealt out to. */
export interface DealTo {
  /** Bucket `b` has the places bounds[b] to bounds[b + 1]-1. */
  readonly bounds: Int32Array;
  readonly allocate: Allocate;
}

/** Deals the rows of a unit out to buckets. */
export function dealOut(
  how: RowPlaces,
  unit: number,
  schema: Schema,
  batches: readonly Batch[],
  to: DealTo,
): Bucketed {
  return how.kind === 'keys'
    ? byKeys(keysOfUnit(how, unit, schema, batches, to.allocate), to)
    : intoBuckets(how.places.subarray(how.starts[unit], how.starts[unit + 1]), to.bounds);
}

/** Looks for the bucket of each key, since all rows of a key are in one group. */
function byKeys({ codes, next }: UnitKeys, { bounds, allocate }: DealTo): Bucketed {
  const bucketOfCode = next.map((place) => (place < 0 ? -1 : runAt(place, bounds)));
  const starts = new Int32Array(bounds.length);
  countRows(codes, bucketOfCode, starts);
  const relative = words(allocate(starts[starts.length - 1] * 4, true));
  placeRows(codes, next, bucketOfCode, bounds, starts.slice(), relative);
  return { starts, targets: codes, relative };
}

/* Loops over rows take only typed arrays, so that V8 keeps their compiled code. */

function countRows(codes: Int32Array, bucketOfCode: Int32Array, starts: Int32Array): void {
  for (let row = 0; row < codes.length; row++) {
    const bucket = codes[row] < 0 ? -1 : bucketOfCode[codes[row]];
    if (bucket >= 0) starts[bucket + 1]++;
  }
  for (let k = 1; k < starts.length; k++) starts[k] += starts[k - 1];
}

/** Overwrites codes by targets. */
function placeRows(
  codes: Int32Array,
  next: Int32Array,
  bucketOfCode: Int32Array,
  bounds: Int32Array,
  nextTarget: Int32Array,
  relative: Int32Array,
): void {
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row];
    const bucket = code < 0 ? -1 : bucketOfCode[code];
    if (bucket < 0) {
      codes[row] = -1;
      continue;
    }
    const target = nextTarget[bucket]++;
    relative[target] = next[code]++ - bounds[bucket];
    codes[row] = target;
  }
}
