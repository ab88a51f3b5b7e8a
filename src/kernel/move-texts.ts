import { instantiate, type KernelFunctions, type KernelMemory, MOST_PAGES, PAGE } from './instance.js';
import type { TextChunk } from './stage.js';

/*
 * Texts of varying lengths, moved to their places. They end up in shared memory of WebAssembly: the kernel
 * writes where the column stays, and threads see it without a copy. Each column has a memory of its own,
 * because a memory is released as a whole and results may keep one column of many.
 */

/** The rows and bytes of a piece. Its memory stays beside the column, so it is small. */
const ROWS = 4096;
const BYTES = 64 * 1024;
/** The kernel reads whole words, so up to so many bytes after the end of a piece. */
const SLACK = 16;

const ENDS = SLACK;
const PLACES = ENDS + (ROWS + 1) * 8 + SLACK;
const SOURCE = PLACES + ROWS * 4 + SLACK;
const OFFSETS = Math.ceil((SOURCE + BYTES + SLACK) / 64) * 64;

/**
 * The fewest bytes of texts for a memory of their own. Each takes 10 GB of addresses, enough for ten thousand
 * of them.
 */
export const textLimits = { bytes: 1 << 21 };

/** Texts whose offsets are known, and whose bytes are yet to be moved. */
export interface PlacedTexts {
  /** All bytes together; perhaps more than offsets can count. */
  readonly total: number;
  /** Moves the bytes. Returns undefined if they do not fit into the memory. */
  move(): { readonly offsets: Uint8Array; readonly values: Uint8Array } | undefined;
}

/**
 * Makes the offsets of texts at their `places`, of which there are `length`. Returns undefined without the
 * kernel, or for too few texts.
 */
export function placeTexts(
  chunks: readonly TextChunk[],
  step: 1 | 2,
  places: Int32Array,
  length: number,
): PlacedTexts | undefined {
  const given = chunks.reduce((sum, { words, step, length }) => sum + words[length * step] - words[0], 0);
  const values = Math.ceil((OFFSETS + (length + 1) * step * 4) / 64) * 64;
  if (given < textLimits.bytes || pagesOf(values) > MOST_PAGES) return undefined;
  const opened = instantiate(pagesOf(values));
  if (opened === undefined) return undefined;
  const mover = new TextMover(opened.memory, opened.kernel, { chunks, step, places, values });
  const total = mover.place(length);
  return { total, move: () => mover.move(length, total) };
}

const pagesOf = (byteLength: number): number => Math.ceil(byteLength / PAGE);

interface Move {
  readonly chunks: readonly TextChunk[];
  readonly step: 1 | 2;
  readonly places: Int32Array;
  /** The address of the moved bytes, behind the offsets. */
  readonly values: number;
}

class TextMover {
  readonly #memory: KernelMemory;
  readonly #kernel: KernelFunctions;
  readonly #what: Move;
  #bytes: Uint8Array;
  #words: Uint32Array;
  #signed: Int32Array;

  constructor(memory: KernelMemory, kernel: KernelFunctions, what: Move) {
    this.#memory = memory;
    this.#kernel = kernel;
    this.#what = what;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#words = new Uint32Array(memory.buffer);
    this.#signed = new Int32Array(memory.buffer);
  }

  /** Makes the offsets; returns the last one. */
  place(length: number): number {
    const { chunks, step, places } = this.#what;
    let row = 0;
    for (const chunk of chunks) {
      for (let from = 0; from < chunk.length; from += ROWS) {
        const n = Math.min(ROWS, chunk.length - from);
        this.#stageRows(chunk, from, n, places.subarray(row, row + n));
        this.#kernel.placeLengths(ENDS, step * 4, PLACES, OFFSETS, n);
        row += n;
      }
    }
    return this.#kernel.sumLengths(OFFSETS, step * 4, length);
  }

  move(length: number, total: number) {
    const { chunks, step, places, values } = this.#what;
    if (!this.#growTo(values + total)) return undefined;
    let row = 0;
    for (const chunk of chunks) {
      for (let from = 0, n = 0; from < chunk.length; from += n, row += n) {
        n = rowsOf(chunk, from);
        const begin = chunk.words[from * step];
        const texts = chunk.bytes.subarray(begin, chunk.words[(from + n) * step]);
        if (texts.length > BYTES) {
          this.#moveLong(texts, places[row]);
          continue;
        }
        this.#stageRows(chunk, from, n, places.subarray(row, row + n));
        this.#bytes.set(texts, SOURCE);
        this.#kernel.moveTexts(ENDS, step * 4, (SOURCE - begin) | 0, PLACES, OFFSETS, values, n);
      }
    }
    const { buffer } = this.#memory;
    return {
      offsets: new Uint8Array(buffer, OFFSETS, (length + 1) * step * 4),
      values: new Uint8Array(buffer, values, total),
    };
  }

  #stageRows({ words }: TextChunk, from: number, n: number, places: Int32Array): void {
    const { step } = this.#what;
    this.#words.set(words.subarray(from * step, (from + n) * step + 1), ENDS / 4);
    this.#signed.set(places, PLACES / 4);
  }

  /** Moves one text that is longer than a piece. */
  #moveLong(text: Uint8Array, place: number): void {
    const { step, values } = this.#what;
    if (place >= 0) this.#bytes.set(text, values + this.#words[OFFSETS / 4 + place * step]);
  }

  #growTo(byteLength: number): boolean {
    const pages = pagesOf(byteLength);
    if (pages > MOST_PAGES) return false;
    try {
      this.#memory.grow(Math.max(pages - this.#bytes.length / PAGE, 0));
    } catch {
      return false;
    }
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#words = new Uint32Array(this.#memory.buffer);
    this.#signed = new Int32Array(this.#memory.buffer);
    return true;
  }
}

/** Returns how many rows from `from` on make a piece. */
function rowsOf({ words, step, length }: TextChunk, from: number): number {
  let n = Math.min(ROWS, length - from);
  while (n > 1 && words[(from + n) * step] - words[from * step] > BYTES) n >>>= 1;
  return n;
}
