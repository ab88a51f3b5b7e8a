import { Vector } from 'apache-arrow';
import {
  allocateShared,
  concatData,
  describeData,
  describeType,
  ownChunks,
  reviveData,
  reviveType,
  type WireData,
  type WireType,
} from '../arrow/index.js';
import type { ValueCodec } from '../ship/worker.js';

interface WireVector {
  readonly type: WireType;
  readonly data: WireData;
}

/** The codec for Arrow vectors: joins their chunks in shared memory. */
export const vectorCodec: ValueCodec = {
  name: 'vector',
  encode(value): WireVector | undefined {
    if (!(value instanceof Vector)) return undefined;
    const data = concatData(value.type, ownChunks(value.data), allocateShared);
    return { type: describeType(data.type), data: describeData(data) };
  },
  importsNothing: () => true,
  decode(encoded) {
    const { type, data } = encoded as WireVector;
    return new Vector([reviveData(reviveType(type), data)]);
  },
};
