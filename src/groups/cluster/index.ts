export { coresOf } from './cores.js';
export type { Answer } from './protocol.js';
export { reviveFailure } from './revive-failure.js';
export { runCall, type Tasks } from './run-call.js';
export { runParts } from './run-parts.js';
export { runnerCall } from './runner-call.js';
export { fillPlace, writeKept } from './write-kept.js';
