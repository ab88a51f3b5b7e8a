import type { Data } from 'apache-arrow';
import { asBytes, offsetWords } from '../arrow/index.js';
import type { TextChunk, WordChunk } from '../kernel/index.js';

/* Chunks of columns as the kernel takes them. */

/** Returns the rows of a chunk, and which of them are not null. */
export const validityBits = ({ length, nullCount, nullBitmap, offset }: Data) => ({
  length,
  offset,
  bitmap: nullCount > 0 ? (nullBitmap as Uint8Array) : undefined,
});

/** Returns a chunk whose values all have the same number of bytes, without offsets. */
export const wordChunk = (chunk: Data): WordChunk => ({
  ...validityBits(chunk),
  bytes: chunk.length > 0 ? asBytes(chunk.values) : new Uint8Array(0),
});

/** Returns a chunk of strings or binary values with offsets. */
export const textChunk = (chunk: Data): TextChunk => ({
  ...validityBits(chunk),
  ...offsetWords(chunk),
  bytes: (chunk.values ?? new Uint8Array(0)) as Uint8Array,
});
