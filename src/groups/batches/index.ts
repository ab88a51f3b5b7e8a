export { batchSource } from './batch-source.js';
export { mapFrames, streamFrames } from './map-frames.js';
export {
  type AnyBatchOptions,
  type BatchOptions,
  resolveBatchOptions,
  type WriteBatchOptions,
} from './options.js';
