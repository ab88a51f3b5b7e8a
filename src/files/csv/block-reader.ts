import type { Block } from './block.js';
import { type BadLine, FieldIndex, indexLines } from './field-index.js';
import { CsvKernel } from './kernel.js';
import type { Dialect } from './options.js';
import { usualValues } from './usual-values.js';

/** Fields of a block: few enough for their positions and bytes to stay in the processor's cache. */
const BLOCK_FIELDS = 32 * 1024;

/** Divides text in blocks of lines, and finds their fields. */
export class BlockReader {
  readonly #bytes: Buffer;
  readonly #numColumns: number;
  readonly #dialect: Dialect;
  #kernel: CsvKernel | undefined;
  #index: FieldIndex | undefined;
  #at: number;

  /** @param bytes text that ends with a line break */
  constructor(bytes: Buffer, from: number, numColumns: number, dialect: Dialect) {
    this.#bytes = bytes;
    this.#numColumns = numColumns;
    this.#dialect = dialect;
    this.#kernel = CsvKernel.ofThread(numColumns);
    this.#at = from;
  }

  /**
   * Returns the next lines, undefined at the end; the block before it is then no longer valid. `onBad` gets
   * each line that is left out.
   */
  next(onBad: (line: BadLine) => void): Block | undefined {
    const bytes = this.#bytes;
    const base = this.#at;
    if (base >= bytes.length) return undefined;
    const block = this.#kernel?.indexLines(bytes, base, this.#numColumns, this.#dialect, onBad);
    if (block) {
      this.#at = block.end;
      return block;
    }
    // A line longer than the kernel's memory: others are likely to be as long.
    this.#kernel = undefined;
    const maxRows = Math.max(1, Math.floor(BLOCK_FIELDS / this.#numColumns));
    this.#index ??= new FieldIndex(this.#numColumns, maxRows);
    const { delimiter, quote } = this.#dialect;
    this.#at = indexLines(bytes, base, delimiter, quote, this.#index, onBad);
    return { bytes, index: this.#index, usual: usualValues, base: 0, end: this.#at };
  }
}
