import type { ValueCodec } from '../ship/index.js';
import { SharedLock } from './lock.js';
import { type QueueParts, SharedQueue } from './queue.js';

const locks: ValueCodec = {
  name: 'lock',
  encode: (value) => (value instanceof SharedLock ? value.words : undefined),
  decode: (words) => new SharedLock(words as Int32Array),
};

const queues: ValueCodec = {
  name: 'queue',
  encode: (value) => (value instanceof SharedQueue ? value.parts : undefined),
  decode: (parts) => new SharedQueue({ parts: parts as QueueParts }),
};

/** The codecs for locks and queues: they send the shared memory that these consist of. */
export const sharedCodecs: readonly ValueCodec[] = [locks, queues];
