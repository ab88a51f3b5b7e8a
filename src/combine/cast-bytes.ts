import type { Data, DataType } from 'apache-arrow';
import {
  allocateShared,
  asBytes,
  concatData,
  convertOffsets,
  hasLargeOffsets,
  layoutOf,
} from '../arrow/index.js';
import { withValidity } from './with-validity.js';

/** Casts strings and binary, from 32-bit offsets, 64-bit offsets or views, to a type with offsets. */
export function castBytes(data: Data, type: DataType): Data {
  if (layoutOf(data.type) === 'view') return viewsToOffsets(data, type);
  return withValidity(data, type, { offsets: convertOffsets(data, type), values: data.values });
}

/** Copies the values of views, inline or in other buffers, one behind the other. */
function viewsToOffsets(data: Data, type: DataType): Data {
  const { values: views, variadicBuffers: buffers } = concatData(data.type, [data], allocateShared);
  const words = new Int32Array(views.buffer, views.byteOffset, data.length * 4);
  const offsets = new type.OffsetArrayType(data.length + 1);
  const step = hasLargeOffsets(type) ? 2 : 1;
  const outWords = new Uint32Array(offsets.buffer);
  for (let i = 0; i < data.length; i++) outWords[(i + 1) * step] = outWords[i * step] + words[i * 4];
  const values = new Uint8Array(outWords[data.length * step]);
  for (let i = 0; i < data.length; i++) {
    const size = words[i * 4];
    const from = size <= 12 ? i * 16 + 4 : words[i * 4 + 3];
    const source = size <= 12 ? asBytes(views) : buffers[words[i * 4 + 2]];
    values.set(source.subarray(from, from + size), outWords[i * step]);
  }
  return withValidity(data, type, { offsets, values });
}
