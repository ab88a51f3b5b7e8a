import type { Data } from 'apache-arrow';

/** Gives zero-filled memory in a SharedArrayBuffer, aligned for every column type. */
export type Allocate = (byteLength: number) => Uint8Array;

const ALIGNMENT = 8;
const SLAB_BYTES = 64 * 1024;

/** Every request gets a buffer of its own: for few, large columns. */
export const allocateShared: Allocate = (byteLength) => {
  reportToGc(byteLength);
  return new Uint8Array(new SharedArrayBuffer(byteLength));
};

/** Many small requests share buffers: for results of small groups. A large request still gets its own. */
export function createArena(): Allocate {
  let slab = new SharedArrayBuffer(0);
  let used = 0;
  return (byteLength) => {
    if (byteLength > SLAB_BYTES / 4) return allocateShared(byteLength);
    if (used + byteLength > slab.byteLength) {
      slab = new SharedArrayBuffer(SLAB_BYTES);
      used = 0;
    }
    const bytes = new Uint8Array(slab, used, byteLength);
    used += Math.ceil(byteLength / ALIGNMENT) * ALIGNMENT;
    return bytes;
  };
}

/** How much is counted at a time. Below 32 MB the allocator may reuse memory, and then clears it, which costs more than the rest. */
const COUNTED_BYTES = 128 * 1024 * 1024;
let uncounted = 0;

/**
 * Makes the garbage collector of this thread count shared memory it holds. V8 counts what ArrayBuffers hold, and collects when it
 * is much, but it counts no SharedArrayBuffer: dropped ones of gigabytes would stay. An ArrayBuffer of the size, dropped at once,
 * counts in its place; its memory is never touched, and so costs nothing.
 */
export function reportToGc(byteLength: number): void {
  uncounted += byteLength;
  if (uncounted < COUNTED_BYTES) return;
  new ArrayBuffer(uncounted);
  uncounted = 0;
}

/** Do all buffers of a column lie in shared memory, its children's and its dictionary's too? */
export function isSharedData(data: Data): boolean {
  const { valueOffsets, values, nullBitmap, typeIds, variadicBuffers = [], children, dictionary } = data;
  return (
    [valueOffsets, values, nullBitmap, typeIds, ...variadicBuffers].every(isShared) &&
    children.every(isSharedData) &&
    (dictionary?.data.every(isSharedData) ?? true)
  );
}

export function isShared(view: ArrayBufferView | undefined): boolean {
  return view === undefined || view.byteLength === 0 || view.buffer instanceof SharedArrayBuffer;
}
