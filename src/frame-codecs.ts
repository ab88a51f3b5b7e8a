import { Vector } from 'apache-arrow';
import {
  adapterFor,
  adapterOf,
  allocateShared,
  concatData,
  describeBatch,
  describeData,
  describeType,
  reviveBatch,
  reviveData,
  reviveType,
  tableOf,
  type WireBatch,
  type WireData,
  type WireType,
} from './frame/index.js';
import { shareBatch } from './share-table.js';
import { sharedCodecs } from './shared/index.js';
import type { ValueCodec } from './ship/index.js';

/*
 * Frames that a function captures or has bound travel through shared memory: copied there once for each call, read by all workers.
 * Arrays of rows are plain data and travel as such. Locks and queues travel as the memory they lie in.
 */

interface WireFrame {
  readonly kind: string;
  readonly batch: WireBatch;
}

const frames: ValueCodec = {
  name: 'frame',
  encode(value): WireFrame | undefined {
    const adapter = adapterOf(value);
    if (adapter === undefined || (adapter.kind !== 'arrow' && adapter.kind !== 'danfo')) return undefined;
    return { kind: adapter.kind, batch: describeBatch(shareBatch(adapter.toArrow(value))) };
  },
  async decode(encoded) {
    const { kind, batch: wire } = encoded as WireFrame;
    const adapter = adapterFor(kind);
    await adapter.load?.();
    const batch = reviveBatch(wire);
    return adapter.fromArrow(tableOf(batch.schema, [batch]));
  },
};

interface WireVector {
  readonly type: WireType;
  readonly data: WireData;
}

const vectors: ValueCodec = {
  name: 'vector',
  encode(value): WireVector | undefined {
    if (!(value instanceof Vector)) return undefined;
    const data = concatData(value.type, value.data, allocateShared);
    return { type: describeType(data.type), data: describeData(data) };
  },
  decode(encoded) {
    const { type, data } = encoded as WireVector;
    return new Vector([reviveData(reviveType(type), data)]);
  },
};

export const frameCodecs: readonly ValueCodec[] = [frames, vectors, ...sharedCodecs];
