export type { Cells } from '../kernel/index.js';
export { type ChunkedColumn, ChunkIndex, chunkedColumn, type PeriodKeys } from './chunked-column.js';
export { spentLimits } from './codes-memory.js';
export {
  type ColumnPart,
  columnParts,
  hasDictionaryInside,
  joinParts,
  type PartResult,
  scatterPart,
} from './column-parts.js';
export { ConstantOffsets } from './constant-offsets.js';
export { encodeText } from './encode-text.js';
export { checkKeyType } from './factorize.js';
export { areExactFloats, type Bins } from './factorize-bins.js';
export { factorizeBytes } from './factorize-bytes.js';
export { factorizeCells } from './factorize-cells.js';
export { gather, gatherRange, type RowsToGather, widthToGather } from './gather.js';
export { type Grouping, type GroupingOptions, groupRows, keepsUnobserved } from './grouping.js';
export {
  type JointSide,
  joinGroups,
  placeJointSide,
} from './joint-groups.js';
export { firstRowsOf, NO_KEY } from './key-codes.js';
export { keyReader, keysOfRows, readDictionaryKey } from './key-reader.js';
export { mergeRangeKeys } from './merge-range-keys.js';
export { areInPlace, codesToPlaces, fillInPlace, rowsOfPlaces } from './places.js';
export { canGroupByRanges, factorizeRange, type RangeKeys } from './range-keys.js';
export { type RepeatedKeys, repeatedKeys, repeatKeys } from './repeat-keys.js';
export { sameRows } from './same-rows.js';
export { scatterColumn, scatterTable } from './scatter-table.js';
export { columnInPlaces, inPlacesOf } from './spent-places.js';
export { takeRows } from './take-rows.js';
