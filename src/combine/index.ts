export { castData } from './cast.js';
export { checkDictionaryIndices } from './check-dictionary-indices.js';
export {
  type CombineInput,
  columnsBySlot,
  combine,
  schemaOfResults,
  slotsOf,
  unifiedField,
  withKnownFields,
} from './combine.js';
export { canCast, commonType } from './common-type.js';
export { unifyBatchDictionaries, withUniqueIds } from './dictionaries.js';
export { isAllNull } from './is-all-null.js';
export { isMissing, mayMeet } from './may-meet.js';
export { ResultPacker } from './result-packer.js';
export { createRowMemory, type RowMemory } from './row-memory.js';
export { writtenColumn, writtenRows } from './row-reader.js';
export { RowWriter } from './row-writer.js';
export { newBytes, type Results, rowsOfColumn, type Segment, type SegmentColumn } from './segment.js';
export { describeResults, type InputFields, reviveResults, type WireResults } from './wire-results.js';
