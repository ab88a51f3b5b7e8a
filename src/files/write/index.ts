export { DatasetWriter } from './dataset-writer.js';
export type { WriterOptions } from './part-set.js';
export {
  type ParquetCompression,
  type ResolvedTarget,
  resolveTarget,
  targetRule,
  type WriteOptions,
  type WriteTarget,
} from './target.js';
