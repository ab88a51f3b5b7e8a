export { inferColumn } from './infer.js';
export { fieldOf, type Inferred } from './inferred.js';
