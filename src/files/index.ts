export type { CsvOptions, CsvType } from './csv/index.js';
export { Dataset, type ReadOptions, type ReadProgress } from './dataset.js';
export { load, type TablePath } from './load.js';
export type { ScanOptions } from './options.js';
export { PartReader } from './part-reader.js';
export { readParts } from './read-parts.js';
export type { ReadTask } from './read-task.js';
export { scan } from './scan.js';
export {
  type BucketRange,
  findKeys,
  type KeyOptions,
  placesOfUnit,
  type ReadColumns,
  type RowPlaces,
  RowSpill,
  readColumns,
  readGroupRows,
  readKeptRows,
  runAt,
  Spill,
  type Unit,
  unitsOf,
} from './spill/index.js';
export type { Comparison, Where, WhereValue } from './where.js';
export {
  DatasetWriter,
  type ParquetCompression,
  type ResolvedTarget,
  resolveTarget,
  targetRule,
  type WriteOptions,
  type WriterOptions,
  type WriteTarget,
} from './write/index.js';
