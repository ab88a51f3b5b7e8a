export { DatasetGroupBy } from './dataset-groupby.js';
export { type DatasetGroups, findGroups } from './dataset-groups.js';
export { dealOut, type GroupRange, rangesOf } from './group-ranges.js';
export {
  bytesOfGroups,
  COPIES,
  estimatedBytes,
  type GroupedDataset,
  type OpenedGroups,
  type OpenOptions,
  openGroups,
  readWhole,
  type SpilledGroups,
  sideOf,
  spillGroups,
  unitBytesOf,
} from './open-groups.js';
export { DatasetProgress } from './progress.js';
export {
  bucketRange,
  type RangedGroups,
  type RangedRows,
  type RangedSide,
  rangedGroups,
} from './ranged-groups.js';
export { workersHere } from './workers-here.js';
