import { instantiate, type KernelFunctions, type KernelMemory, PAGE } from './instance.js';

/*
 * Each thread keeps one memory in which the kernel works: pieces of columns on their way, and hash tables. It
 * is never seen outside this folder, so it serves call after call.
 */

/** A memory that has grown beyond this is given up after its use. */
const MOST_KEPT = 8 * 1024 * 1024;

/** The rows of a piece: so few that a piece stays in the processor's cache. */
export const PIECE_ROWS = 16_384;
/** The kernel reads whole words, so up to so many bytes after the end of a piece. */
export const SLACK = 16;

/** Thrown if the memory cannot grow; the caller does the work without the kernel. */
class OutOfWorkMemory extends Error {}

/** A memory that is handed out from its beginning on, and taken back as a whole. */
export class WorkMemory {
  readonly kernel: KernelFunctions;
  bytes: Uint8Array;
  words: Int32Array;
  unsigned: Uint32Array;
  readonly #memory: KernelMemory;
  /** Address 0 is left out, because it means "none" to the kernel. */
  #used = SLACK;

  constructor(memory: KernelMemory, kernel: KernelFunctions) {
    this.#memory = memory;
    this.kernel = kernel;
    this.bytes = new Uint8Array(memory.buffer);
    this.words = new Int32Array(memory.buffer);
    this.unsigned = new Uint32Array(memory.buffer);
  }

  /** Returns the address of `byteLength` bytes, whose content is undefined. It may replace the views. */
  take(byteLength: number): number {
    const address = this.#used;
    this.#used = endOf(address, byteLength);
    const missing = this.#used - this.bytes.length;
    if (missing > 0) this.#grow(Math.max(Math.ceil(missing / PAGE), this.bytes.length / PAGE / 2));
    return address;
  }

  /** Takes back what `take` returned last; does nothing with anything else. */
  giveBack(address: number, byteLength: number): void {
    if (endOf(address, byteLength) === this.#used) this.#used = address;
  }

  /** Takes everything back. Returns false if the memory is too large to be kept. */
  reset(): boolean {
    this.#used = SLACK;
    return this.bytes.length <= MOST_KEPT;
  }

  #grow(pages: number): void {
    try {
      this.#memory.grow(Math.ceil(pages));
    } catch (error) {
      throw new OutOfWorkMemory('the kernel has no memory', { cause: error });
    }
    this.bytes = new Uint8Array(this.#memory.buffer);
    this.words = new Int32Array(this.#memory.buffer);
    this.unsigned = new Uint32Array(this.#memory.buffer);
  }
}

const endOf = (address: number, byteLength: number): number =>
  Math.ceil((address + byteLength + SLACK) / 16) * 16;

let kept: WorkMemory | undefined;
/** True once this thread could not get a memory; it does not ask again. */
let hasNone = false;

/**
 * Runs `work` with this thread's memory and the values given. Returns undefined if there is no memory or not
 * enough, in which case `work` may have begun. `work` is a function of a module: V8 would drop the compiled
 * code of a closure at every collection, and compiling its loops takes longer than running them.
 */
export function withWorkMemory<A extends readonly unknown[], T>(
  work: (memory: WorkMemory, ...given: A) => T,
  ...given: A
): T | undefined {
  const memory = kept ?? openMemory();
  if (memory === undefined) return undefined;
  // Another call inside `work` would get a memory of its own.
  kept = undefined;
  try {
    return work(memory, ...given);
  } catch (error) {
    if (error instanceof OutOfWorkMemory) return undefined;
    throw error;
  } finally {
    if (memory.reset()) kept = memory;
  }
}

function openMemory(): WorkMemory | undefined {
  const opened = hasNone ? undefined : instantiate(16);
  hasNone = opened === undefined;
  return opened && new WorkMemory(opened.memory, opened.kernel);
}
