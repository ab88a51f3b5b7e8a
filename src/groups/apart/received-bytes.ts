import type { Data } from 'apache-arrow';

/*
 * A function may change its rows in place, and its parent does not see that. So the rows of a claim are kept
 * a second time, and columns that came back untouched are compared: what is the same need not travel.
 */

/** Keeps the bytes of received rows as they came. */
export class ReceivedBytes {
  /** Kept between claims: fresh memory costs more than the copy. */
  #copy: Buffer = Buffer.alloc(0);
  #memory: ArrayBufferLike | undefined;
  #known = new Map<Data, boolean>();

  /** Keeps the memory in which all received columns lie. */
  keep(memory: ArrayBufferLike): void {
    if (this.#copy.length < memory.byteLength) this.#copy = Buffer.alloc(memory.byteLength);
    this.#copy.set(new Uint8Array(memory));
    this.#memory = memory;
    this.#known = new Map();
  }

  /** Keeps nothing: all columns count as changed. */
  forget(): void {
    this.#memory = undefined;
    this.#known = new Map();
  }

  /** Tells whether a column, as it was received, holds what it held then. */
  isUnchanged(column: Data): boolean {
    const known = this.#known.get(column);
    if (known !== undefined) return known;
    const isSame = this.#memory !== undefined && this.#isSame(column);
    this.#known.set(column, isSame);
    return isSame;
  }

  #isSame({ valueOffsets, values, nullBitmap, typeIds, variadicBuffers = [], children }: Data): boolean {
    const views = [valueOffsets, values, nullBitmap, typeIds, ...variadicBuffers];
    return views.every((view) => this.#isSameView(view)) && children.every((child) => this.#isSame(child));
  }

  #isSameView(view: ArrayBufferView | undefined): boolean {
    if (view === undefined || view.byteLength === 0) return true;
    const { buffer, byteOffset, byteLength } = view;
    if (buffer !== this.#memory) return false;
    return Buffer.from(buffer, byteOffset, byteLength).equals(
      this.#copy.subarray(byteOffset, byteOffset + byteLength),
    );
  }
}

/** Returns the memory in which columns lie that came in one message; undefined where they have no buffers. */
export function firstMemory(columns: readonly Data[]): ArrayBufferLike | undefined {
  for (const { valueOffsets, values, nullBitmap, typeIds, children } of columns) {
    const views = [values, valueOffsets, nullBitmap, typeIds] as (ArrayBufferView | undefined)[];
    const found = views.find((view) => view !== undefined && view.byteLength > 0);
    const memory = found?.buffer ?? firstMemory(children);
    if (memory) return memory;
  }
  return undefined;
}
