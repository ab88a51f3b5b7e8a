import type { Data, DataType } from 'apache-arrow';
import { hasLargeOffsets, offsetWords } from './layout.js';

/** Copies the offsets of a column into the width that `type` has, 32 or 64 bits. */
export function convertOffsets(data: Data, type: DataType): ArrayBufferView {
  const source = offsetWords(data);
  const offsets = new type.OffsetArrayType(data.length + 1);
  const words = new Uint32Array(offsets.buffer);
  const step = hasLargeOffsets(type) ? 2 : 1;
  // A column without rows may have no offsets at all.
  if (data.length > 0) for (let i = 0; i <= data.length; i++) words[i * step] = source.words[i * source.step];
  return offsets;
}
