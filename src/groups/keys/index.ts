export { inferredKeyColumn } from './inferred-key-column.js';
export type { KeyColumn } from './key-column.js';
export { KeyMaker } from './key-maker.js';
export { namedColumn, unknownColumn } from './named-column.js';
