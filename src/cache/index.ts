export type { SizeLimits } from './cache-folder.js';
export type { CachedResult } from './cached-result.js';
export type { Duration } from './duration.js';
export { expiresAfter, type ResultMetadata } from './expires-after.js';
export { GroupCache } from './group-cache.js';
export { type GroupCacheKey, type GroupStore, groupCacheKey, openGroupStore } from './group-store.js';
export { type GroupCacheTask, type GroupRows, GroupTracker } from './group-tracker.js';
export { hash } from './hash.js';
export {
  type CachedCalls,
  type CachedFunction,
  type CacheOptions,
  Memory,
  type MemoryOptions,
} from './memory.js';
