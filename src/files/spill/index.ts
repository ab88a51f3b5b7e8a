export type { BucketRange } from './chunk-reader.js';
export { findKeys, type KeyGroups, type KeyOptions, type ReadColumns, readColumns } from './find-keys.js';
export { readGroupRows } from './read-group-rows.js';
export { type KeptGroups, readKeptRows } from './read-kept-rows.js';
export { placesOfUnit, type RowPlaces } from './row-places.js';
export { RowSpill, type RowSpillPlan } from './row-spill.js';
export { runAt } from './run-at.js';
export { Spill, type SpillOptions, type SpillPlan } from './spill.js';
export { type Unit, unitsOf } from './units.js';
