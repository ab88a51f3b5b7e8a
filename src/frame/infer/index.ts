export type { Likeness } from './context.js';
export { type InferOptions, inferColumn } from './infer-column.js';
export { fieldOf, type InferredColumn } from './inferred-column.js';
export { likeness } from './likeness.js';
