import { PARQUET_KERNEL_BYTES } from './kernel-bytes.js';

/*
 * The loops of assembly/parquet.ts, which is WebAssembly. Each thread has one kernel, and copies what it
 * works on into the kernel's memory a piece at a time. snappy.ts, hybrid-runs.ts and word-dictionary.ts have
 * the same loops in JavaScript, for where there is no WebAssembly.
 */

interface KernelFunctions {
  compressBlock(from: number, length: number, out: number, table: number): number;
  encodeRuns(codes: number, count: number, width: number, out: number): number;
  numberWords(
    words: number,
    width: number,
    count: number,
    codes: number,
    slots: number,
    shift: number,
    values: number,
    found: number,
    most: number,
  ): number;
}

/** Node's own types do not name WebAssembly. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (limits: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
};

/** Tests switch the kernel off, so that both ways write the same columns. */
export const parquetKernel = { isOn: true };

/** Bytes that Snappy compresses at a time. */
export const BLOCK_BYTES = 65_536;
/** The most codes of a page. */
export const PAGE_ROWS = 128 * 1024;
/** Rows whose values are numbered at a time. */
const PIECE_ROWS = 64 * 1024;

const PAGE_OF_MEMORY = 65_536;
const MARGIN = 64;
/** The compiler keeps the first bytes for itself. */
const INPUT = 1024 + MARGIN;
const OUTPUT = INPUT + PAGE_ROWS * 4 + MARGIN;
/** Runs and packed values take most; codes of {@link PIECE_ROWS} fit in, too. */
const OUTPUT_BYTES = 640 * 1024;
const TABLE = OUTPUT + OUTPUT_BYTES + MARGIN;
/** Twice as many slots as a dictionary has values, rounded up to a power of two. */
const TABLE_BYTES = 2 * 1024 * 1024;
const VALUES = TABLE + TABLE_BYTES + MARGIN;
const END = VALUES + 1024 * 1024 + MARGIN;

let ofThread: ParquetKernel | undefined;
let isMissing = false;

export class ParquetKernel {
  readonly #functions: KernelFunctions;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;

  /** Returns the kernel of this thread; undefined without WebAssembly. */
  static ofThread(): ParquetKernel | undefined {
    if (!parquetKernel.isOn || isMissing) return undefined;
    try {
      ofThread ??= new ParquetKernel();
    } catch {
      isMissing = true;
    }
    return ofThread;
  }

  private constructor() {
    const memory = new WebAssembly.Memory({ initial: Math.ceil(END / PAGE_OF_MEMORY) });
    const module = new WebAssembly.Module(Buffer.from(PARQUET_KERNEL_BYTES, 'base64'));
    this.#functions = new WebAssembly.Instance(module, { env: { memory } }).exports as KernelFunctions;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#words = new Int32Array(memory.buffer);
  }

  /** Compresses a block by Snappy into `out` at `at`. Returns the position behind it. */
  compressBlock(block: Uint8Array, out: Uint8Array, at: number): number {
    this.#bytes.set(block, INPUT);
    const length = this.#functions.compressBlock(INPUT, block.length, OUTPUT, TABLE);
    out.set(this.#bytes.subarray(OUTPUT, OUTPUT + length), at);
    return at + length;
  }

  /** Encodes up to {@link PAGE_ROWS} codes of `width` bits. */
  encodeRuns(codes: Int32Array | Uint8Array, width: number): Uint8Array {
    this.#words.set(codes, INPUT / 4);
    const length = this.#functions.encodeRuns(INPUT, codes.length, width, OUTPUT);
    return this.#bytes.slice(OUTPUT, OUTPUT + length);
  }

  /**
   * Numbers values of one or two words. `codes` gets the number of each row's value. Returns the values, or
   * undefined if there are more than `most`, or more than `mostFirst` in the first `firstRows` rows.
   */
  numberWords(
    words: Int32Array,
    width: 1 | 2,
    codes: Int32Array,
    most: number,
    { rows: firstRows, most: mostFirst }: { readonly rows: number; readonly most: number },
  ): Int32Array | undefined {
    const bits = Math.max(10, Math.ceil(Math.log2(most * 2)));
    this.#words.fill(0, TABLE / 4, TABLE / 4 + 2 ** bits);
    let found = 0;
    for (let row = 0; row < codes.length; ) {
      const count = Math.min(codes.length - row, row === 0 ? firstRows : PIECE_ROWS);
      this.#words.set(words.subarray(row * width, (row + count) * width), INPUT / 4);
      const shift = 32 - bits;
      found = this.#functions.numberWords(INPUT, width, count, OUTPUT, TABLE, shift, VALUES, found, most);
      if (found < 0) return undefined;
      codes.set(this.#words.subarray(OUTPUT / 4, OUTPUT / 4 + count), row);
      row += count;
      if (row === firstRows && row < codes.length && found > mostFirst) return undefined;
    }
    return this.#words.slice(VALUES / 4, VALUES / 4 + found * width);
  }
}
