import type { Block, PlainNumbers, UsualValues } from './block.js';
import { type BadLine, FieldIndex } from './field-index.js';
import { CSV_KERNEL_BYTES } from './kernel-bytes.js';
import { areas, fillTables, kernelPages, MAX_FIELDS, TEXT_BYTES } from './kernel-memory.js';
import type { Dialect } from './options.js';

/*
 * Finds fields and reads values in WebAssembly; assembly/lines.ts says how. Each thread has one kernel. It
 * copies a block of text into the kernel's memory, which stays in the processor's cache, and the values from
 * there to their columns. The loops of field-index.ts and usual-values.ts stand in where there is no
 * WebAssembly.
 */

type KernelFunction = (...numbers: number[]) => number;

/** The functions of assembly/. */
interface KernelFunctions {
  readonly indexLines: KernelFunction;
  readonly readInt32s: KernelFunction;
  readonly readInt64s: KernelFunction;
  readonly readFloats: KernelFunction;
  readonly readDays: KernelFunction;
  readonly readTimes: KernelFunction;
  readonly copyTexts: KernelFunction;
  readonly countNumbers: KernelFunction;
}

/** Node's own types do not name WebAssembly. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (limits: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
};

/** Tests switch the kernel off, so that both ways read the same files. */
export const csvKernel = { isOn: true };

let ofThread: CsvKernel | undefined;
let isMissing = false;

export class CsvKernel implements UsualValues {
  readonly nulls: Int32Array;
  numNulls = 0;
  readonly #functions: KernelFunctions;
  readonly #text: Buffer;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #floats: Float64Array;
  #index: FieldIndex | undefined;
  #onBad: (line: BadLine) => void = () => {};

  /** Returns the kernel of this thread; undefined for more columns than it takes, and without WebAssembly. */
  static ofThread(numColumns: number): CsvKernel | undefined {
    if (!csvKernel.isOn || isMissing || numColumns > MAX_FIELDS) return undefined;
    try {
      ofThread ??= new CsvKernel();
    } catch {
      isMissing = true;
    }
    return ofThread;
  }

  private constructor() {
    const memory = new WebAssembly.Memory({ initial: kernelPages });
    const { buffer } = memory;
    const bad = (at: number, numFields: number) => {
      this.#onBad({ at, numFields: numFields < 0 ? undefined : numFields });
    };
    const module = new WebAssembly.Module(Buffer.from(CSV_KERNEL_BYTES, 'base64'));
    const { exports } = new WebAssembly.Instance(module, { env: { memory, bad } });
    this.#functions = exports as KernelFunctions;
    this.#text = Buffer.from(buffer, areas.text, TEXT_BYTES);
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer);
    this.#floats = new Float64Array(buffer);
    this.nulls = new Int32Array(buffer, areas.nulls, MAX_FIELDS);
    fillTables(buffer);
  }

  /** Finds the fields of lines from `base` on; undefined if not even one line fits into the memory. */
  indexLines(
    bytes: Buffer,
    base: number,
    numColumns: number,
    { delimiter, quote }: Dialect,
    onBad: (line: BadLine) => void,
  ): Block | undefined {
    const length = Math.min(TEXT_BYTES, bytes.length - base);
    this.#text.set(bytes.subarray(base, base + length));
    const index = this.#indexOf(numColumns);
    // The kernel marks fields in quotes alone.
    if (index.hasQuotes) this.#bytes.fill(0, areas.kinds, areas.kinds + MAX_FIELDS);
    this.#onBad = ({ at, numFields }) => onBad({ at: base + at, numFields });
    // Until the call returns: `onBad` may throw.
    index.hasQuotes = true;
    const { text, starts, ends, kinds, lines, result } = areas;
    const isLast = base + length === bytes.length ? 1 : 0;
    const to = [starts, ends, kinds, lines, result];
    const maxRows = index.lines.length;
    const end = this.#functions.indexLines(
      text,
      0,
      length,
      isLast,
      delimiter,
      quote,
      numColumns,
      maxRows,
      ...to,
    );
    index.hasQuotes = this.#words[result / 4 + 1] === 1;
    index.numRows = this.#words[result / 4];
    if (end === 0) return undefined;
    return { bytes: this.#text, index, usual: this, base, end: base + end };
  }

  readInt32s(block: Block, row: number, column: number, values: Int32Array, first: number): number {
    const count = this.#read(this.#functions.readInt32s, block, row, column);
    values.set(this.#wordsOf(count), first);
    return count;
  }

  readInt64s(block: Block, row: number, column: number, words: Int32Array, first: number): number {
    const count = this.#read(this.#functions.readInt64s, block, row, column);
    words.set(this.#wordsOf(count * 2), first * 2);
    return count;
  }

  readFloats(
    block: Block,
    row: number,
    column: number,
    values: Float64Array,
    first: number,
    decimal: number,
  ): number {
    const count = this.#read(this.#functions.readFloats, block, row, column, decimal, areas.powers);
    const from = areas.values / 8;
    values.set(this.#floats.subarray(from, from + count), first);
    return count;
  }

  readDays(block: Block, row: number, column: number, values: Int32Array, first: number): number {
    const count = this.#read(this.#functions.readDays, block, row, column, areas.days);
    values.set(this.#wordsOf(count), first);
    return count;
  }

  readTimes(
    block: Block,
    row: number,
    column: number,
    words: Int32Array,
    first: number,
    unit: number,
    hasZone: boolean,
  ): number {
    const more = [areas.days, unit, hasZone ? 1 : 0, areas.powers];
    const count = this.#read(this.#functions.readTimes, block, row, column, ...more);
    words.set(this.#wordsOf(count * 2), first * 2);
    return count;
  }

  copyTexts(
    block: Block,
    row: number,
    column: number,
    offsets: Int32Array,
    first: number,
    target: Uint8Array,
  ): number {
    const { numColumns } = block.index;
    const used = offsets[first];
    const more = [areas.kinds + row * numColumns + column, numColumns, used, areas.texts];
    const count = this.#read(this.#functions.copyTexts, block, row, column, ...more);
    if (count === 0) return 0;
    const ends = this.#wordsOf(count);
    offsets.set(ends, first + 1);
    target.set(this.#bytes.subarray(areas.texts, areas.texts + ends[count - 1] - used), used);
    return count;
  }

  countNumbers({ index }: Block, row: number, column: number, decimal: number): PlainNumbers {
    const { numColumns, numRows } = index;
    const { text, starts, ends, result } = areas;
    const field = (row * numColumns + column) * 4;
    const place = [text, starts + field, ends + field, numColumns * 4, numRows - row];
    const count = this.#functions.countNumbers(...place, result, decimal);
    const at = result / 4;
    return { count, numValues: this.#words[at], hasFraction: this.#words[at + 1] === 1 };
  }

  #read(read: KernelFunction, { index }: Block, row: number, column: number, ...more: number[]): number {
    const { numColumns, numRows } = index;
    const { text, starts, ends, values, nulls, result } = areas;
    const field = (row * numColumns + column) * 4;
    const place = [text, starts + field, ends + field, numColumns * 4, numRows - row];
    const count = read(...place, values, nulls, result, ...more);
    this.numNulls = this.#words[result / 4];
    return count;
  }

  #wordsOf(count: number): Int32Array {
    const from = areas.values / 4;
    return this.#words.subarray(from, from + count);
  }

  #indexOf(numColumns: number): FieldIndex {
    if (this.#index?.numColumns === numColumns) return this.#index;
    this.#bytes.fill(0, areas.kinds, areas.kinds + MAX_FIELDS);
    const { buffer } = this.#words;
    const maxRows = Math.floor(MAX_FIELDS / numColumns);
    const fields = maxRows * numColumns;
    this.#index = new FieldIndex(numColumns, maxRows, {
      starts: new Int32Array(buffer, areas.starts, fields),
      ends: new Int32Array(buffer, areas.ends, fields),
      kinds: new Uint8Array(buffer, areas.kinds, fields),
      lines: new Int32Array(buffer, areas.lines, maxRows),
    });
    return this.#index;
  }
}
