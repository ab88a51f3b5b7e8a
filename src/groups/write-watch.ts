import type { Data } from 'apache-arrow';
import { asBytes, layoutOf, rowBytes } from '../arrow/index.js';
import type { FrameResult } from '../frame/index.js';

/** The most bytes of a column in one group: its copy should stay in the processor's cache. */
const MOST_BYTES = 4 * 1024 * 1024;
/** Words up to which a loop is faster than views and native calls. */
const FEW_WORDS = 64;

/** A column that is watched: its memory in words. */
interface Watched {
  readonly input: number;
  readonly words: Int32Array;
  readonly wordsOfRow: number;
  copy: Int32Array;
}

/**
 * Notices functions that write to the memory of their groups: copies the columns of numbers before a function
 * runs and compares them afterwards, while they lie in the processor's cache. It only says that nobody wrote
 * to a column; where it cannot tell, it counts the column as written.
 */
export class WriteWatch {
  readonly #written: Int32Array;
  #columns: Watched[];
  #from = 0;
  #rows = 0;
  /** True while a function runs. One that fails never ends here. */
  #isRunning = false;

  /** @param written input column -> 1 if it may have been written to; shared by all threads */
  constructor(columns: readonly Data[], written: Int32Array) {
    this.#written = written;
    this.#columns = columns.flatMap((data, input) => {
      const watched = watch(data, input);
      // Another thread cannot tell either.
      if (watched === undefined) Atomics.store(written, input, 1);
      return watched ?? [];
    });
  }

  /** To be called before the function gets rows `from` to `from + rows - 1`. */
  before(from: number, rows: number): void {
    // The function of a group failed, or is still running.
    if (this.#isRunning) this.#giveUp(() => true);
    this.#giveUp(({ wordsOfRow }) => rows * wordsOfRow * 4 > MOST_BYTES);
    this.#from = from;
    this.#rows = rows;
    this.#isRunning = true;
    for (const column of this.#columns) {
      const { words, wordsOfRow } = column;
      const first = from * wordsOfRow;
      const length = rows * wordsOfRow;
      if (column.copy.length < length) column.copy = new Int32Array(Math.max(length, 2 * column.copy.length));
      const { copy } = column;
      if (length > FEW_WORDS) copy.set(words.subarray(first, first + length));
      else for (let k = 0; k < length; k++) copy[k] = words[first + k];
    }
  }

  /** To be called when the function is done. */
  after(): void {
    this.#isRunning = false;
    this.#giveUp((column) => !this.#isSame(column));
  }

  /** Watches only the columns that a result hands back: the others will be moved anyway. */
  keepOnly(result: FrameResult | null): void {
    if (this.#columns.length === 0) return;
    const inputs = new Set(result?.columns.map(({ input }) => input));
    this.#giveUp(({ input }) => !inputs.has(input));
  }

  #isSame({ words, wordsOfRow, copy }: Watched): boolean {
    const first = this.#from * wordsOfRow;
    const length = this.#rows * wordsOfRow;
    if (length > FEW_WORDS) {
      const now = words.subarray(first, first + length);
      return Buffer.compare(asBytes(now), asBytes(copy.subarray(0, length))) === 0;
    }
    for (let k = 0; k < length; k++) if (words[first + k] !== copy[k]) return false;
    return true;
  }

  #giveUp(isLost: (column: Watched) => boolean): void {
    if (!this.#columns.some(isLost)) return;
    this.#columns = this.#columns.filter((column) => {
      if (!isLost(column)) return true;
      Atomics.store(this.#written, column.input, 1);
      return false;
    });
  }
}

/** Returns how a column is watched; undefined if it cannot be. */
function watch(data: Data, input: number): Watched | undefined {
  if (layoutOf(data.type) !== 'fixed' || data.length === 0) return undefined;
  const bytes = asBytes(data.values);
  const width = rowBytes(data);
  if (width % 4 !== 0 || bytes.byteOffset % 4 !== 0) return undefined;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  return { input, words, wordsOfRow: width / 4, copy: new Int32Array(0) };
}
