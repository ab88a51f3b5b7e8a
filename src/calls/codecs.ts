import type { ValueCodec } from '../ship/index.js';

/** Shared memory by itself, not by a view on it: the bytes' writer knows views only. */
const memory: ValueCodec = {
  name: 'shared memory',
  encode: (value) => (value instanceof SharedArrayBuffer ? new Uint8Array(value) : undefined),
  decode: (view) => (view as Uint8Array).buffer,
};

export const codecsWith = (codecs: readonly ValueCodec[]): readonly ValueCodec[] => [memory, ...codecs];
