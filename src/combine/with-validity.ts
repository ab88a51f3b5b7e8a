import type { Data, DataType } from 'apache-arrow';
import { bitmapBytes, copyBits, dataOf } from '../arrow/index.js';

/**
 * Makes a column of new buffers with the nulls of `data`; the bitmap is copied so that it begins at bit 0.
 */
export function withValidity(
  data: Data,
  type: DataType,
  buffers: { values?: ArrayBufferView; offsets?: ArrayBufferView },
  children?: readonly Data[],
): Data {
  if (data.nullCount === 0) return dataOf(type, data.length, 0, buffers, { children });
  const validity = new Uint8Array(bitmapBytes(data.length));
  copyBits(data.nullBitmap as Uint8Array, data.offset, validity, 0, data.length);
  return dataOf(type, data.length, data.nullCount, { ...buffers, validity }, { children });
}
