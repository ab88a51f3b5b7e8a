import { KERNEL_BYTES } from './kernel-bytes.js';

/*
 * The kernel is compiled once a thread and instantiated once a memory. A program may not get any such memory:
 * each takes about 10 GB of addresses, which `ulimit -v` forbids. TypeScript then does the same work.
 */

/** The functions of assembly/; numbers are addresses and counts, see there. */
export interface KernelFunctions {
  refill(table: number): void;
  numberWords(
    table: number,
    source: number,
    step: number,
    mask: bigint,
    absolute: bigint,
    infinity: bigint,
    bits: number,
    bit: number,
    codes: number,
    row: number,
    n: number,
  ): number;
  joinWords(source: number, step: number, mask: bigint, shift: bigint, words: number, n: number): void;
  numberPairs(table: number, first: number, second: number, codes: number, row: number, n: number): number;
  numberTexts(
    table: number,
    ends: number,
    step: number,
    source: number,
    bits: number,
    bit: number,
    codes: number,
    row: number,
    n: number,
  ): number;
  translate(
    source: number,
    width: number,
    codeOfIndex: number,
    bits: number,
    bit: number,
    codes: number,
    sizes: number,
    firsts: number,
    row: number,
    n: number,
  ): void;
  numberCells(
    source: number,
    width: number,
    origin: bigint,
    size: bigint,
    limit: bigint,
    coarse: bigint,
    factor: bigint,
    fine: bigint,
    periodOf: number,
    codeOfCell: number,
    codeOfPeriod: number,
    found: number,
    periods: number,
    sizes: number,
    firsts: number,
    bits: number,
    bit: number,
    codes: number,
    row: number,
    n: number,
  ): number;
  placeLengths(ends: number, step: number, places: number, offsets: number, n: number): void;
  sumLengths(offsets: number, step: number, n: number): number;
  moveTexts(
    ends: number,
    step: number,
    source: number,
    places: number,
    offsets: number,
    values: number,
    n: number,
  ): void;
  placeCodes(codes: number, next: number, row: number, n: number): number;
  moveBits(bits: number, bit: number, places: number, out: number, n: number): void;
}

/** A WebAssembly.Memory, which Node's own types do not name. */
export interface KernelMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (limits: { initial: number; maximum: number; shared: true }) => KernelMemory;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
};

export const PAGE = 65536;
/** The most pages of a memory: 4 GB. */
export const MOST_PAGES = 65536;

/** The fewest rows for the kernel, of a column and of its chunks on average. Tests set them. */
export const kernelLimits = { rows: 4096, chunkRows: 256 };

/** Tells whether a column of `rows` rows in `chunks` chunks is worth the calls of the kernel. */
export const isForKernel = (rows: number, chunks = 1): boolean =>
  rows >= kernelLimits.rows && rows >= chunks * kernelLimits.chunkRows;

let compiled: object | undefined;

/** Makes a memory of `pages` pages with the kernel's functions; undefined if there can be no such memory. */
export function instantiate(
  pages: number,
): { readonly memory: KernelMemory; readonly kernel: KernelFunctions } | undefined {
  try {
    compiled ??= new WebAssembly.Module(Buffer.from(KERNEL_BYTES, 'base64'));
    const memory = new WebAssembly.Memory({ initial: pages, maximum: MOST_PAGES, shared: true });
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
    return { memory, kernel: exports as KernelFunctions };
  } catch {
    return undefined;
  }
}
