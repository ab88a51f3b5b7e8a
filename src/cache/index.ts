export type { CachedResult } from './cached-result.js';
export type { Duration } from './duration.js';
export { expiresAfter, type ResultMetadata } from './expires-after.js';
export {
  GroupCache,
  type GroupCacheKey,
  type GroupStore,
  groupCacheKey,
  openGroupStore,
} from './group-cache.js';
export { type GroupCacheTask, GroupDigests, type GroupRows } from './group-digests.js';
export { hash } from './hash.js';
export {
  type CachedCalls,
  type CachedFunction,
  type CacheOptions,
  Memory,
  type MemoryOptions,
} from './memory.js';
export type { SizeLimits } from './store.js';
