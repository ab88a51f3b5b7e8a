import type { Data, DataType } from 'apache-arrow';
import { allocateShared, checkOffset, hasLargeOffsets, offsetWords } from '../frame/index.js';

/* Strings that all have one length: codes, hashes, dates. They move like numbers, and need no offsets of their own. */

/** The length that all values of these chunks have, nulls included, if there is one. */
export function constantWidth(chunks: readonly Data[]): number | undefined {
  let width: number | undefined;
  for (const chunk of chunks) {
    if (chunk.length === 0) continue;
    const { words, step } = offsetWords(chunk);
    width ??= words[step] - words[0];
    if (!isConstant(words, step, chunk.length, width)) return undefined;
  }
  return width;
}

function isConstant(words: Uint32Array, step: number, length: number, width: number): boolean {
  const first = words[0];
  // The last one tells of most columns that they are not.
  if (words[length * step] !== first + length * width) return false;
  for (let row = 1; row < length; row++) if (words[row * step] !== first + row * width) return false;
  return true;
}

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
