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
import { lazyColumn, viewedData } from '../frame/index.js';
import type { ValueCodec } from '../ship/worker.js';

interface WireVector {
  readonly type: WireType;
  readonly data: WireData;
  /** Says that it is a column of a group of the columns form. */
  readonly isView: boolean;
}

/** The codec for Arrow vectors and for columns that groups have: joins their chunks in shared memory. */
export const vectorCodec: ValueCodec = {
  name: 'vector',
  encode(value): WireVector | undefined {
    const viewed = viewedData(value);
    const chunks = value instanceof Vector ? value.data : viewed && [viewed];
    if (chunks === undefined) return undefined;
    const type = value instanceof Vector ? value.type : chunks[0].type;
    const data = concatData(type, ownChunks(chunks), allocateShared);
    return { type: describeType(data.type), data: describeData(data), isView: viewed !== undefined };
  },
  importsNothing: () => true,
  decode(encoded) {
    const { type, data: wire, isView } = encoded as WireVector;
    const data = reviveData(reviveType(type), wire);
    return isView ? lazyColumn(data.length, () => data) : new Vector([data]);
  },
};
