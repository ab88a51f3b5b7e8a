import { PIECE_ROWS, type WorkMemory, withWorkMemory } from './work-memory.js';

/** The bits of some rows: row 0 has bit `offset`. Without a bitmap all bits are set. */
export interface BitChunk {
  readonly bitmap?: Uint8Array;
  readonly offset: number;
  readonly length: number;
}

/**
 * Moves bits to their places and passes all `byteLength` bytes of them to `take`, as a view that ends with
 * that call. Returns undefined without the kernel.
 */
export function moveBits<T>(
  chunks: readonly BitChunk[],
  places: Int32Array,
  byteLength: number,
  take: (bits: Uint8Array) => T,
): T | undefined {
  return withWorkMemory(bitsIn<T>, chunks, places, byteLength, take);
}

function bitsIn<T>(
  memory: WorkMemory,
  chunks: readonly BitChunk[],
  places: Int32Array,
  byteLength: number,
  take: (bits: Uint8Array) => T,
): T {
  const [bits, at, out] = [PIECE_ROWS / 8 + 1, PIECE_ROWS * 4, byteLength].map((size) => memory.take(size));
  memory.bytes.fill(0, out, out + byteLength);
  let row = 0;
  for (const { bitmap, offset, length } of chunks) {
    for (let from = 0; from < length; from += PIECE_ROWS) {
      const n = Math.min(PIECE_ROWS, length - from);
      const first = offset + from;
      if (bitmap) memory.bytes.set(bitmap.subarray(first >>> 3, (first + n + 7) >>> 3), bits);
      memory.words.set(places.subarray(row, row + n), at / 4);
      memory.kernel.moveBits(bitmap ? bits : 0, first & 7, at, out, n);
      row += n;
    }
  }
  return take(memory.bytes.subarray(out, out + byteLength));
}
