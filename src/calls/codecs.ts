import type { ValueCodec } from '../ship/index.js';

/** Carries shared memory as a view: the byte writer knows views only. */
const memory: ValueCodec = {
  name: 'shared memory',
  encode: (value) => (value instanceof SharedArrayBuffer ? new Uint8Array(value) : undefined),
  decode: (view) => (view as Uint8Array).buffer,
};

export const codecsWith = (codecs: readonly ValueCodec[]): readonly ValueCodec[] => [memory, ...codecs];
