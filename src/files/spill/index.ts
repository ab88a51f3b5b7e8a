export type { BucketRange } from './chunk-reader.js';
export { findKeys, type KeyOptions, type ReadColumns, readColumns } from './find-keys.js';
export { readGroupRows } from './read-group-rows.js';
export { readKeptRows } from './read-kept-rows.js';
export { placesOfUnit, type RowPlaces } from './row-places.js';
export { RowSpill } from './row-spill.js';
export { runAt } from './run-at.js';
export { Spill } from './spill.js';
export { type Unit, unitsOf } from './units.js';
