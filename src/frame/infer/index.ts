export { inferColumn } from './infer-column.js';
export { fieldOf, type InferredColumn } from './inferred-column.js';
