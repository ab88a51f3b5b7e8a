export { DatasetGroupBy } from './dataset-groupby.js';
export { type DatasetGroups, findGroups } from './dataset-groups.js';
export type { GroupRange } from './group-ranges.js';
export { type OpenedGroups, type OpenOptions, openGroups, type SpilledGroups } from './open-groups.js';
export { DatasetProgress } from './progress.js';
