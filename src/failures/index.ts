export { addCaller, explain, mapTraces, stackOf } from './explain.js';
export { ResultError } from './result-error.js';
