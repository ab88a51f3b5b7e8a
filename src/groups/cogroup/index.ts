export { CoGroup } from './co-group.js';
export type { CogroupOptions } from './options.js';
export { cogroupOf } from './sides.js';
