export { shareArray } from './array.js';
export { sharedCodecs } from './codecs.js';
export { SharedLock } from './lock.js';
export { SharedQueue } from './queue.js';
