import type { Data } from 'apache-arrow';
import { rowsIn, spanOf } from './concat-buffers.js';
import { layoutOf } from './layout.js';
import { isSharedData } from './memory.js';

/**
 * Batches of fewer rows on average are joined: each costs every later user of the table some microseconds.
 */
const LEAST_ROWS = 16_384;
/** The least share of their memory that the columns must use: the rest would be kept alive for nothing. */
const LEAST_USED = 0.75;

/**
 * Tells whether these columns of a table may be part of another one as they are, in their batches: they lie
 * in shared memory, in batches of many rows, and hardly keep any other memory alive.
 */
export function staysInPlace(columns: readonly (readonly Data[])[]): boolean {
  const buffers = new Set<ArrayBufferLike>();
  let used = 0;
  for (const chunks of columns) {
    const rows = rowsIn(chunks);
    if (rows < LEAST_ROWS * Math.max(1, chunks.length) || !chunks.every(isSharedData)) return false;
    for (const chunk of chunks) {
      const bytes = bytesOfRows(chunk);
      if (bytes === undefined) return false;
      used += bytes;
      for (const view of [chunk.values, chunk.valueOffsets, chunk.nullBitmap]) {
        if (view) buffers.add(view.buffer);
      }
    }
  }
  const kept = [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0);
  return used >= kept * LEAST_USED;
}

/** Returns the bytes of the rows of a chunk; undefined for columns with children, bits or a dictionary. */
function bytesOfRows(chunk: Data): number | undefined {
  const layout = layoutOf(chunk.type);
  if (layout === 'fixed') return (chunk.values as ArrayBufferView).byteLength;
  if (layout !== 'variable') return undefined;
  const { first, last } = spanOf(chunk);
  return last - first + (chunk.valueOffsets as ArrayBufferView).byteLength;
}
