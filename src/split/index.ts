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
export { keyReader } from './key-values.js';
export {
  canGroupByRanges,
  codesToPlaces,
  factorizeRange,
  mergeRangeKeys,
  type RangeKeys,
} from './range-keys.js';
export { chunkedColumn, scatterColumn, scatterTable } from './scatter-table.js';
