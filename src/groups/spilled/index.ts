export { applyTo, streamOf } from './apply-to.js';
export { filterGroups } from './filter-groups.js';
export { transformGroups } from './transform-groups.js';
