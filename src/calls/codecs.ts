import type { ShippedValue, ValueCodec } from '../ship/index.js';

/** Carries shared memory as a view: the byte writer knows views only. */
const memory: ValueCodec = {
  name: 'shared memory',
  encode: (value) => (value instanceof SharedArrayBuffer ? new Uint8Array(value) : undefined),
  decode: (view) => (view as Uint8Array).buffer,
};

/** Returns a shipped value in a form that the byte writer can write. */
export const packed = (shipped: ShippedValue): unknown =>
  withBuffers(shipped, (buffer) => new Uint8Array(buffer));

/** Returns the shipped value that {@link packed} was given. */
export const unpacked = (shipped: unknown): ShippedValue =>
  withBuffers(shipped as ShippedValue, (view) => (view as unknown as Uint8Array<SharedArrayBuffer>).buffer);

function withBuffers(shipped: ShippedValue, change: (buffer: SharedArrayBuffer) => unknown): ShippedValue {
  const { data } = shipped;
  if (!data || data.buffers.length === 0) return shipped;
  return { ...shipped, data: { ...data, buffers: data.buffers.map(change) as SharedArrayBuffer[] } };
}

export const codecsWith = (codecs: readonly ValueCodec[]): readonly ValueCodec[] => [memory, ...codecs];
