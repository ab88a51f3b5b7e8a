export { explain } from './failure-message.js';
export { initializerErrorOf, runInitializer } from './initializer-failure.js';
export { readError } from './read-error.js';
export { ResultError } from './result-error.js';
export { callUserFunction, mapTraces, stackOf, tellCaller } from './stack.js';
