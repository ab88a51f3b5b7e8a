import type { Data } from 'apache-arrow';
import { dataOf, layoutOf, rowBytes, typedValues } from './layout.js';

/**
 * Returns chunks of one type as one piece if they lie side by side in one memory, as slices of a column do;
 * else undefined. Chunks with nulls or children are left to copying.
 *
 * @param mostTimes how many times as large as the piece the memory may be that it keeps alive
 */
export function sideBySide(chunks: readonly Data[], mostTimes: number): Data | undefined {
  const [{ type, dictionary }] = chunks;
  const layout = layoutOf(type);
  const hasValues = layout === 'fixed' || layout === 'dictionary';
  if (!hasValues && layout !== 'variable') return undefined;
  const width = hasValues ? rowBytes(chunks[0]) : chunks[0].valueOffsets.BYTES_PER_ELEMENT;
  const memoryOf = ({ values, valueOffsets }: Data): ArrayBufferView => (hasValues ? values : valueOffsets);
  const first = memoryOf(chunks[0]);
  let length = 0;
  for (const chunk of chunks) {
    const { buffer, byteOffset } = memoryOf(chunk);
    if (buffer !== first.buffer || byteOffset !== first.byteOffset + length * width) return undefined;
    if (chunk.nullCount > 0 || chunk.dictionary !== dictionary) return undefined;
    if (!hasValues && !isSameView(chunk.values, chunks[0].values)) return undefined;
    length += chunk.length;
  }
  // Texts are about as long in one part of a column as in all of it.
  if (first.buffer.byteLength > length * width * mostTimes) return undefined;
  if (hasValues) {
    const bytes = new Uint8Array(first.buffer, first.byteOffset, length * width);
    return dataOf(type, length, 0, { values: typedValues(type, bytes) }, { dictionary });
  }
  const { values } = chunks[0];
  const offsets = new type.OffsetArrayType(first.buffer as ArrayBuffer, first.byteOffset, length + 1);
  return dataOf(type, length, 0, { offsets, values });
}

const isSameView = (a: ArrayBufferView, b: ArrayBufferView): boolean =>
  a.buffer === b.buffer && a.byteOffset === b.byteOffset && a.byteLength === b.byteLength;
