export {
  type ColumnPart,
  columnParts,
  hasDictionaryInside,
  joinParts,
  type PartResult,
  scatterPart,
} from './column-parts.js';
export { checkKeyType } from './factorize.js';
export { type ChunkedColumn, type Grouping, type GroupingOptions, groupRows } from './grouping.js';
export { goesByRanges, type KeyRange, keyRange, mergeKeyRanges, placeRange } from './key-range.js';
export { keyValues } from './key-values.js';
export { chunkedColumn, scatterColumn, scatterTable } from './table.js';
