export { explain } from './explain.js';
export { ResultError } from './result-error.js';
export { addCaller, mapTraces, stackOf } from './stack.js';
