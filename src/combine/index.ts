export { castData } from './cast.js';
export { checkDictionaryIndices } from './check-dictionary-indices.js';
export { type CombineInput, combine } from './combine.js';
export { canCast, commonType } from './common-type.js';
export { isAllNull } from './is-all-null.js';
export { nullData } from './null-data.js';
export { ResultPacker } from './result-packer.js';
export type { Results, Segment, SegmentColumn } from './segment.js';
export { describeResults, reviveResults, type WireResults } from './wire-results.js';
