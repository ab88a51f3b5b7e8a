export { Crew, type CrewOptions } from './crew.js';
export { type Call, CallStream, type Sink } from './stream.js';
export type { Task, Wave } from './wave.js';
export { requireIterable, zipped } from './zip.js';
