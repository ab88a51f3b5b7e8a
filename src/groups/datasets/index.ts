export { DatasetGroupBy } from './dataset-groupby.js';
export { type DatasetGroups, findGroups } from './dataset-groups.js';
export { bytesOfGroups, COPIES, estimatedBytes, unitBytesOf } from './estimate.js';
export { dealOut, type GroupRange, rangesOf } from './group-ranges.js';
export { type GroupedDataset, openGroups, type SpilledGroups } from './open-groups.js';
export type { OpenOptions } from './open-options.js';
export { DatasetProgress } from './progress.js';
export {
  bucketRange,
  type RangedGroups,
  type RangedSide,
  rangedGroups,
} from './ranged-groups.js';
export { readWhole } from './read-whole.js';
export { sideOf, spillGroups } from './spill-groups.js';
export { workersHere } from './workers-here.js';
