import type { Data, DataType } from 'apache-arrow';
import { allocateShared, checkOffset, hasLargeOffsets, offsetWords } from '../arrow/index.js';

/* Strings that all have one length: codes, hashes, dates. They move like numbers, and need no offsets of their own. */

/** The bytes of a chunk whose values all have `width`. */
export function constantBytes(chunk: Data, width: number): Uint8Array {
  const [first] = offsetWords(chunk).words;
  return (chunk.values ?? new Uint8Array(0)).subarray(first, first + chunk.length * width);
}

/**
 * Made once, for the longest column so far: shorter ones need the beginning. Tables and calls share them, so nobody may write to offsets,
 * as nobody has a reason to.
 */
const known = new Map<string, SharedArrayBuffer>();
/** How long they are kept after they have been of use. */
const KEPT_MS = 10_000;
let forgetting: NodeJS.Timeout | undefined;

/** The offsets of `length` values of `width` bytes. */
export function constantOffsets(type: DataType, length: number, width: number): ArrayBufferView {
  checkOffset(type, length * width);
  const step = hasLargeOffsets(type) ? 2 : 1;
  const name = `${step} ${width}`;
  let buffer = known.get(name);
  if (buffer === undefined || buffer.byteLength < (length + 1) * step * 4) {
    buffer = makeOffsets(length, width, step);
    known.set(name, buffer);
  }
  clearTimeout(forgetting);
  forgetting = setTimeout(() => known.clear(), KEPT_MS).unref();
  const OffsetArray = type.OffsetArrayType;
  return new OffsetArray(buffer as unknown as ArrayBuffer, 0, length + 1);
}

function makeOffsets(length: number, width: number, step: number): SharedArrayBuffer {
  const words = new Uint32Array(allocateShared((length + 1) * step * 4).buffer);
  for (let row = 1; row <= length; row++) words[row * step] = row * width;
  return words.buffer as SharedArrayBuffer;
}
