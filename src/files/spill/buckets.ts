import { runAt } from './run-at.js';

/** Rows in the order of their buckets. */
export interface Bucketed {
  /** Bucket `b` has the targets starts[b] to starts[b + 1]-1. */
  readonly starts: Int32Array;
  /** row -> its position in this order; -1 for a row of no bucket. */
  readonly targets: Int32Array;
  /** target -> the place of its row in its bucket. */
  readonly relative: Int32Array;
}

/** Orders rows by bucket; rows of one bucket keep their order. Rows with negative places are left out. */
export function intoBuckets(places: Int32Array, bounds: Int32Array): Bucketed {
  const buckets = new Int32Array(places.length);
  const starts = new Int32Array(bounds.length);
  let bucket = 0;
  for (let row = 0; row < places.length; row++) {
    const place = places[row];
    if (place < 0) {
      buckets[row] = -1;
      continue;
    }
    if (place < bounds[bucket] || place >= bounds[bucket + 1]) bucket = runAt(place, bounds);
    buckets[row] = bucket;
    starts[bucket + 1]++;
  }
  for (let k = 1; k < starts.length; k++) starts[k] += starts[k - 1];
  const next = starts.slice();
  const targets = buckets;
  const relative = new Int32Array(starts[starts.length - 1]);
  for (let row = 0; row < places.length; row++) {
    const own = buckets[row];
    if (own < 0) continue;
    const target = next[own]++;
    relative[target] = places[row] - bounds[own];
    targets[row] = target;
  }
  return { starts, targets, relative };
}
