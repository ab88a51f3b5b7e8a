export { checkKeyType } from './factorize.js';
export { type ChunkedColumn, type Grouping, type GroupingOptions, groupRows } from './grouping.js';
export { keyValues } from './key-values.js';
export { chunkedColumn, clusterTable, scatterTable } from './table.js';
