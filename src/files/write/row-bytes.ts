import type { Data } from 'apache-arrow';
import { layoutOf, offsetWords } from '../../arrow/index.js';

/**
 * Returns the approximate bytes of the rows of columns. A slice of a large column counts its own rows alone.
 */
export function bytesOfRows(columns: readonly Data[]): number {
  let bytes = 0;
  for (const data of columns) bytes += bytesOf(data);
  return bytes;
}

/** The most bytes that a row of a column of views counts for in the other buffers. */
const VIEWED_BYTES = 64;

function bytesOf(data: Data): number {
  const { type, children, length, values, variadicBuffers = [] } = data;
  switch (layoutOf(type)) {
    case 'variable':
      return offsetBytes(data) + countOf(data);
    case 'list': {
      const [child] = children;
      return offsetBytes(data) + (child.length === 0 ? 0 : (bytesOf(child) * countOf(data)) / child.length);
    }
    case 'view': {
      const viewed = variadicBuffers.reduce((sum: number, { byteLength }) => sum + byteLength, 0);
      return length * 16 + Math.min(viewed, length * VIEWED_BYTES);
    }
    case 'bits':
      return length / 8;
    default:
      return ((values as ArrayBufferView | undefined)?.byteLength ?? 0) + bytesOfRows(children);
  }
}

const offsetBytes = ({ valueOffsets }: Data): number => valueOffsets?.byteLength ?? 0;

/** Returns the bytes of a text, or the elements of a list, that all rows have together. */
function countOf(data: Data): number {
  if (data.length === 0) return 0;
  const { words, step } = offsetWords(data);
  return words[data.length * step] - words[0];
}
