export { coresOf } from './cores.js';
export { tellAnswer } from './part-events.js';
export type { Answer, PartTimings } from './protocol.js';
export { runCall, type Tasks } from './run-call.js';
export { runParts } from './run-parts.js';
export { runnerCall } from './runner-call.js';
export { fillPlace, writeKept } from './write-kept.js';
