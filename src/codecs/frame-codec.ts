import { type AnyTable, type PackedBatch, packBatch, tableOf, unpackBatch } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import {
  applySettings,
  checkShippable,
  describeAdapter,
  type FrameAdapter,
  type FrameSettings,
  frameSettings,
  isLazyFrame,
  isPolarsSeries,
  libraryAdapterOf,
  loadAdapter,
  rowLabels,
  setRowLabels,
  shareBatch,
  type WireAdapter,
} from '../frame/index.js';
import { Uncopyable, type ValueCodec } from '../ship/worker.js';

interface WireFrame {
  readonly adapter: WireAdapter;
  readonly batch: PackedBatch;
  readonly labels?: readonly unknown[];
  readonly settings?: FrameSettings;
}

/**
 * The codec for data frames and Arrow tables: copies one to shared memory once per call, where all workers
 * read it. Arrays of row objects are plain data and need no codec.
 */
export const frameCodec: ValueCodec = {
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
      batch: packBatch(shareBatch(table)),
      labels: rowLabels(value),
      settings: frameSettings(value),
    };
  },
  importsNothing: (encoded) => (encoded as WireFrame).adapter.kind === 'arrow',
  async decode(encoded) {
    const { adapter: wireAdapter, batch: wire, labels, settings } = encoded as WireFrame;
    const adapter = await loadAdapter(wireAdapter);
    const batch = unpackBatch(wire);
    const frame = adapter.fromArrow(tableOf(batch.schema, [batch]));
    setRowLabels(frame, labels);
    applySettings(frame, settings);
    return frame;
  },
};

/**
 * Returns undefined for a frame with a column of mixed kinds that has no Arrow type: it is then
 * captured by value, as any object.
 */
function tableUnlessMixed(adapter: FrameAdapter, frame: object): AnyTable | undefined {
  try {
    return adapter.toArrow(frame, 'ERR_UNSHIPPABLE');
  } catch (error) {
    if (!(error instanceof ApplyError) || error.code !== 'ERR_UNSHIPPABLE') throw error;
    if (!isLazyFrame(frame)) return undefined;
    throw new Uncopyable(error.message, 'Make it one kind first, or use a copy of the group: g.copy().');
  }
}
