import type { Data, DataType } from 'apache-arrow';
import { bitmapBytes, concatData, layoutOf, offsetWords, rowBytes } from '../arrow/index.js';

const allocate = (byteLength: number) => new Uint8Array(byteLength);

/** What a buffer may have too much. apache-arrow pads its buffers by as much. */
const SLACK_BYTES = 64;

/** A column in one piece, with nothing in its buffers but its own rows; as it is where it is so already, else copied. */
export function compactData(type: DataType, chunks: readonly Data[]): Data {
  return chunks.length === 1 && isCompact(chunks[0]) ? chunks[0] : concatData(type, chunks, allocate);
}

function isCompact(data: Data): boolean {
  const { type, length, nullBitmap, children } = data;
  const isTight = (view: ArrayBufferView | undefined, used: number) =>
    (view?.byteLength ?? 0) <= used + SLACK_BYTES;
  if (data.offset !== 0 || !isTight(nullBitmap, bitmapBytes(length))) return false;
  switch (layoutOf(type)) {
    case 'none':
      return true;
    case 'bits':
      return isTight(data.values, bitmapBytes(length));
    case 'fixed':
    case 'dictionary':
      return isTight(data.values, length * rowBytes(data));
    case 'variable':
    case 'list': {
      const { words, step } = offsetWords(data);
      if (length > 0 && words[0] !== 0) return false;
      const used = length > 0 ? words[length * step] : 0;
      return children.length > 0
        ? children[0].length <= used + SLACK_BYTES && isCompact(children[0])
        : isTight(data.values, used);
    }
    case 'fixedList':
    case 'struct':
      return children.every(isCompact);
    case 'view':
    case 'denseUnion':
      return false;
  }
}
