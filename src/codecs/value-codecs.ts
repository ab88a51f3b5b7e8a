import { sharedCodecs } from '../shared/index.js';
import type { ValueCodec } from '../ship/worker.js';
import { frameCodec } from './frame-codec.js';
import { memoryCodec } from './memory-codec.js';
import { tensorCodec } from './tensor-codec.js';
import { vectorCodec } from './vector-codec.js';

/** The codecs of every call, in the order in which they are asked for a value. */
export const valueCodecs: readonly ValueCodec[] = [
  frameCodec,
  vectorCodec,
  tensorCodec,
  memoryCodec,
  ...sharedCodecs,
];
