export { sharedCodecs } from './codecs.js';
export { SharedLock } from './lock.js';
export { SharedQueue } from './queue.js';
export { shareArray } from './share-array.js';
