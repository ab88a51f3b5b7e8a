export { explain } from './failure-message.js';
export { initializerErrorOf, runInitializer } from './initializer-failure.js';
export { readError } from './read-error.js';
export { ResultError } from './result-error.js';
export { addCaller, callUserFunction, mapTraces, stackOf, useCaller } from './stack.js';
