import { describeTensor, isTensor, reviveTensor, type WireTensor } from '../frame/index.js';
import type { ValueCodec } from '../ship/worker.js';

/** The codec for tensors of TensorFlow.js, which danfojs brings along. */
export const tensorCodec: ValueCodec = {
  name: 'tensor',
  encode: (value) => (isTensor(value) ? describeTensor(value) : undefined),
  decode: (encoded) => reviveTensor(encoded as WireTensor),
};
