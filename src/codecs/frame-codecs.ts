import { Vector } from 'apache-arrow';
import {
  type AnyTable,
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
} from '../arrow/index.js';
import type { Memory, MemoryOptions } from '../cache/index.js';
import { ApplyError } from '../errors.js';
import {
  applySettings,
  checkShippable,
  describeAdapter,
  describeTensor,
  type FrameAdapter,
  type FrameSettings,
  frameSettings,
  isColumnar,
  isPolarsSeries,
  isTensor,
  libraryAdapterOf,
  loadAdapter,
  reviveTensor,
  rowLabels,
  setRowLabels,
  shareBatch,
  type WireAdapter,
  type WireTensor,
} from '../frame/index.js';
import { sharedCodecs } from '../shared/index.js';
import { Uncopyable, type ValueCodec } from '../ship/worker.js';
import { hasMethod, isObject, member } from '../util/index.js';

/*
 * Frames that a function captures or has bound travel through shared memory: copied there once for each call, read by all workers.
 * Arrays of rows are plain data and travel as such. Locks and queues travel as the memory they lie in.
 */

interface WireFrame {
  readonly adapter: WireAdapter;
  readonly batch: WireBatch;
  readonly labels?: readonly unknown[];
  readonly settings?: FrameSettings;
}

const frames: ValueCodec = {
  name: 'frame',
  encode(value): WireFrame | undefined {
    const adapter = libraryAdapterOf(value);
    if (adapter === undefined && isPolarsSeries(value)) {
      throw new Uncopyable(
        'a polars Series cannot be copied',
        'Use the DataFrame that it is a column of, or its values as series.toArray().',
      );
    }
    if (adapter === undefined) return undefined;
    checkShippable(adapter.kind);
    const table = tableUnlessMixed(adapter, value);
    if (table === undefined) return undefined;
    return {
      adapter: describeAdapter(adapter),
      batch: describeBatch(shareBatch(table)),
      labels: rowLabels(value),
      settings: frameSettings(value),
    };
  },
  async decode(encoded) {
    const { adapter: wireAdapter, batch: wire, labels, settings } = encoded as WireFrame;
    const adapter = await loadAdapter(wireAdapter);
    const batch = reviveBatch(wire);
    const frame = adapter.fromArrow(tableOf(batch.schema, [batch]));
    setRowLabels(frame, labels);
    applySettings(frame, settings);
    return frame;
  },
};

/** Undefined where a cell goes into no column beside the others: such a frame travels by value, as the object that it is. */
function tableUnlessMixed(adapter: FrameAdapter, frame: object): AnyTable | undefined {
  try {
    return adapter.toArrow(frame, 'ERR_UNSHIPPABLE');
  } catch (error) {
    if (!(error instanceof ApplyError) || error.code !== 'ERR_UNSHIPPABLE') throw error;
    if (!isColumnar(frame)) return undefined;
    throw new Uncopyable(error.message, 'Make it one kind first, or use a copy of the group: g.copy().');
  }
}

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

const tensors: ValueCodec = {
  name: 'tensor',
  encode: (value) => (isTensor(value) ? describeTensor(value) : undefined),
  decode: (encoded) => reviveTensor(encoded as WireTensor),
};

/** Told by its shape: the class would bring all of cache/ into every worker. */
function isMemory(value: object): value is Memory {
  return hasMethod(value, 'reduceSize') && isObject(member(value, 'options')) && 'home' in value;
}

/** A Memory is made anew where it arrives: what it has lies on disk. */
const memories: ValueCodec = {
  name: 'memory',
  encode(value) {
    return isMemory(value) ? value.options : undefined;
  },
  async decode(options) {
    const { Memory } = await import('../cache/index.js');
    return new Memory(options as MemoryOptions);
  },
};

export const frameCodecs: readonly ValueCodec[] = [frames, vectors, tensors, memories, ...sharedCodecs];
