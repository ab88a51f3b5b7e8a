import { PIECE_ROWS, SLACK, type WorkMemory } from './work-memory.js';

/*
 * Columns come in chunks that lie anywhere. Their pieces go through the work memory one by one, and the codes
 * of a piece come back while they are still in the processor's cache.
 */

/** The validity of the rows of a chunk: row 0 has bit `offset`. No bitmap if no row is null. */
interface Validity {
  readonly bitmap?: Uint8Array;
  readonly offset: number;
}

/** A chunk of keys that all have the same number of bytes, up to eight. */
export interface WordChunk extends Validity {
  readonly bytes: Uint8Array;
  readonly length: number;
}

/** A chunk of texts; row r has bytes words[r * step] to words[(r + 1) * step]-1. */
export interface TextChunk extends Validity {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly step: 1 | 2;
  readonly length: number;
}

/** The memory of a piece: its validity goes in, and its codes come out. */
export class Stage {
  readonly codes: number;
  readonly #memory: WorkMemory;
  readonly #bits: number;

  constructor(memory: WorkMemory) {
    this.#memory = memory;
    this.codes = memory.take(PIECE_ROWS * 4);
    this.#bits = memory.take(PIECE_ROWS / 8 + 1);
  }

  /** Copies the validity of rows `from` to `from` + n - 1; returns where it is, at 0 if no row is null. */
  validity({ bitmap, offset }: Validity, from: number, n: number) {
    if (bitmap === undefined) return { bits: 0, bit: 0 };
    const first = offset + from;
    this.#memory.bytes.set(bitmap.subarray(first >>> 3, (first + n + 7) >>> 3), this.#bits);
    return { bits: this.#bits, bit: first & 7 };
  }

  copyCodes(to: Int32Array, row: number, n: number): void {
    to.set(this.#memory.words.subarray(this.codes / 4, this.codes / 4 + n), row);
  }
}

/** The bytes of a piece of texts, unless one text alone has more. */
const PIECE_BYTES = 256 * 1024;

/** Returns how many rows from `from` on make a piece. */
export function piecesOf({ words, step, length }: TextChunk, from: number): number {
  let n = Math.min(PIECE_ROWS, length - from);
  while (n > 1 && words[(from + n) * step] - words[from * step] > PIECE_BYTES) n >>>= 1;
  return n;
}

/** The memory for the bytes of a piece of texts. */
export class TextStage {
  readonly #memory: WorkMemory;
  #address: number;
  #byteLength = PIECE_BYTES;

  constructor(memory: WorkMemory) {
    this.#memory = memory;
    this.#address = memory.take(PIECE_BYTES + SLACK);
  }

  /** Copies the bytes and returns their address. */
  copy(bytes: Uint8Array): number {
    if (bytes.length > this.#byteLength) {
      this.#byteLength = bytes.length;
      this.#address = this.#memory.take(bytes.length + SLACK);
    }
    this.#memory.bytes.set(bytes, this.#address);
    return this.#address;
  }
}
