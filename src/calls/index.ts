export type { Call, CallOwner } from './call.js';
export { Crew, type CrewOptions } from './crew.js';
export { CallStream, type Sink } from './stream.js';
export type { Wave } from './wave.js';
export { requireIterable, zipped } from './zip.js';
