import { compressionRegistry } from 'apache-arrow';
import type { Allocate } from '../../arrow/index.js';
import { type BatchHeader, registerCodecs } from '../../persist/index.js';
import type { OpenFile } from '../format.js';

/** Buffers that lie this near to each other are read together. */
const GAP_BYTES = 64 * 1024;
const ALIGNMENT = 8;

/** Gives the buffers of a batch by their number; empty for those that were not asked for. */
export type Buffers = (index: number) => Uint8Array;

/** Reads the buffers with these numbers, in ascending order, and decompresses them. */
export async function readBuffers(
  file: OpenFile,
  body: number,
  { buffers, compression }: BatchHeader,
  wanted: readonly number[],
  allocate: Allocate,
): Promise<Buffers> {
  const found = new Map<number, Uint8Array>();
  const inOrder = wanted.filter((index) => buffers[index].length > 0);
  inOrder.sort((a, b) => buffers[a].offset - buffers[b].offset);
  for (let k = 0; k < inOrder.length; ) {
    const from = buffers[inOrder[k]].offset;
    let to = from;
    let next = k;
    for (; next < inOrder.length; next++) {
      const { offset, length } = buffers[inOrder[next]];
      if (offset > to + GAP_BYTES) break;
      to = Math.max(to, offset + length);
    }
    // Begins at a multiple of the alignment, so that aligned buffers stay aligned in memory.
    const start = from - (from % ALIGNMENT);
    const bytes = allocate(to - start, true);
    await file.readInto(bytes, body + start);
    for (; k < next; k++) {
      const { offset, length } = buffers[inOrder[k]];
      found.set(inOrder[k], bytes.subarray(offset - start, offset - start + length));
    }
  }
  if (compression)
    for (const [index, bytes] of found) found.set(index, decompress(bytes, compression.type, allocate));
  else
    for (const [index, bytes] of found)
      if (bytes.byteOffset % ALIGNMENT > 0) found.set(index, copy(bytes, allocate));
  return (index) => found.get(index) ?? new Uint8Array(0);
}

/** Bytes of the length that stands before a compressed buffer. */
const LENGTH_BYTES = 8;
const NOT_COMPRESSED = -1;

function decompress(bytes: Uint8Array, method: number, allocate: Allocate): Uint8Array {
  if (bytes.length < LENGTH_BYTES) throw new RangeError('a buffer of it is shorter than its length');
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(0, true));
  const content = bytes.subarray(LENGTH_BYTES);
  if (length === NOT_COMPRESSED)
    return content.byteOffset % ALIGNMENT === 0 ? content : copy(content, allocate);
  registerCodecs();
  const decode = compressionRegistry.get(method)?.decode;
  if (!decode) throw new RangeError('it is compressed by a method that Arrow does not have');
  const decoded = decode(content);
  if (decoded.length !== length) throw new RangeError('a buffer of it is not as long as it says');
  return copy(decoded, allocate);
}

function copy(bytes: Uint8Array, allocate: Allocate): Uint8Array {
  const own = allocate(bytes.length, true);
  own.set(bytes);
  return own;
}
