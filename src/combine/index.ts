export { castData } from './cast.js';
export { checkIndices } from './check-indices.js';
export { type CombineInput, combine } from './combine.js';
export { canCast } from './common-type.js';
export { nullData } from './null-data.js';
export { ResultPacker } from './pack.js';
export type { Results, Segment, SegmentColumn } from './segment.js';
export { isAllNull } from './settle-field.js';
export { describeResults, reviveResults, type WireResults } from './wire.js';
