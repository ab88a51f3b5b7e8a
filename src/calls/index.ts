export { Crew, type CrewOptions } from './crew.js';
export { type Call, CallStream, requireIterable, type Sink } from './stream.js';
export type { Task, Wave } from './wave.js';
