import type { Data } from 'apache-arrow';

/** Returns zeroed memory, aligned for every column type. */
export type Allocate = (byteLength: number) => Uint8Array;

const ALIGNMENT = 8;
const SLAB_BYTES = 64 * 1024;

/** Allocates a SharedArrayBuffer for each request: for few, large columns. */
export const allocateShared: Allocate = (byteLength) => {
  reportToGc(byteLength);
  return new Uint8Array(new SharedArrayBuffer(byteLength));
};

/**
 * Makes an allocator whose small requests share SharedArrayBuffers: for results of small groups. A large
 * request gets its own.
 */
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

/**
 * The bytes after which a report is made. For ArrayBuffers below 32 MB, V8 may reuse memory and must clear
 * it, which costs more.
 */
const COUNTED_BYTES = 128 * 1024 * 1024;
let uncounted = 0;

/**
 * Tells the garbage collector of this thread about shared memory. V8 collects when ArrayBuffers hold much,
 * but does not count SharedArrayBuffers: gigabytes of unused ones would stay. An ArrayBuffer of the same
 * size, dropped at once and never touched, counts instead.
 */
export function reportToGc(byteLength: number): void {
  uncounted += byteLength;
  if (uncounted < COUNTED_BYTES) return;
  new ArrayBuffer(uncounted);
  uncounted = 0;
}

/** Tells whether all buffers of a column, of its children and of its dictionary lie in shared memory. */
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
