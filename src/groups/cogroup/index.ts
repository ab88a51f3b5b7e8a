export { CoGroup } from './co-group.js';
export { cogroupOf } from './cogroup-of.js';
export { DatasetCoGroup } from './dataset-co-group.js';
export { openCoGroups } from './open-co-groups.js';
export type { CogroupOptions } from './options.js';
