import { availableParallelism } from 'node:os';
import type { Data } from 'apache-arrow';
import { usableMemory } from '../util/index.js';

/**
 * Returns memory that is aligned for every column type: zeroed, unless the caller says that it writes every
 * byte.
 */
export type Allocate = (byteLength: number, isOverwritten?: boolean) => Uint8Array;

const ALIGNMENT = 8;
/** The first SharedArrayBuffer of an arena; each next one is twice as large, up to {@link MAX_SLAB_BYTES}. */
const SLAB_BYTES = 64 * 1024;
const MAX_SLAB_BYTES = 1024 * 1024;
/** A larger request gets a SharedArrayBuffer of its own. */
const SMALL_BYTES = 64 * 1024;

/** Allocates a SharedArrayBuffer for each request: for few, large columns. */
export const allocateShared: Allocate = (byteLength) => {
  reportToGc(byteLength);
  return new Uint8Array(new SharedArrayBuffer(byteLength));
};

/**
 * Makes an allocator whose small requests share SharedArrayBuffers: for small groups and for thousands of
 * columns. To post a message, Node compares each of its SharedArrayBuffers with all those before it.
 */
export function createArena(): Allocate {
  let slab: ArrayBufferLike = new SharedArrayBuffer(0);
  let used = 0;
  let next = SLAB_BYTES;
  return (byteLength) => {
    if (byteLength > Math.min(SMALL_BYTES, next / 4)) return allocateShared(byteLength);
    if (used + byteLength > slab.byteLength) {
      slab = allocateShared(next).buffer;
      used = 0;
      next = Math.min(2 * next, MAX_SLAB_BYTES);
    }
    const bytes = new Uint8Array(slab, used, byteLength);
    used += Math.ceil(byteLength / ALIGNMENT) * ALIGNMENT;
    return bytes;
  };
}

/**
 * The bytes after which a thread makes a report: a share of the memory for each core, between these. The
 * collections that follow take all threads some 20 ms together, and until they end, code that allocates is
 * slower. For ArrayBuffers below 32 MB, V8 may reuse memory and must clear it, which costs more.
 */
const COUNTED_PART = 1 / 16;
const LEAST_COUNTED = 128 * 1024 * 1024;
const MOST_COUNTED = 384 * 1024 * 1024;
let uncounted = 0;
let most: number | undefined;

function mostUncounted(): number {
  const share = (usableMemory() * COUNTED_PART) / availableParallelism();
  return Math.max(LEAST_COUNTED, Math.min(MOST_COUNTED, share));
}

/**
 * Tells the garbage collector of this thread about shared memory. V8 collects when ArrayBuffers hold much,
 * but does not count SharedArrayBuffers: gigabytes of unused ones would stay. An ArrayBuffer of the same
 * size, dropped at once and never touched, counts instead.
 */
export function reportToGc(byteLength: number): void {
  uncounted += byteLength;
  if (uncounted < LEAST_COUNTED) return;
  most ??= mostUncounted();
  if (uncounted < most) return;
  new ArrayBuffer(uncounted);
  uncounted = 0;
}

/** Tables between these sizes have the heap kept. */
const LEAST_KEPT = 8 * 1024 * 1024;
const MOST_KEPT = 256 * 1024 * 1024;
/** Nobody touches a keeper, so it takes only addresses. A smaller one might fill a gap in the heap. */
const KEEPER_BYTES = 1024 * 1024;
/**
 * The first keeper may keep nothing: the allocator takes large blocks from the heap only once it has freed
 * some.
 */
const MOST_KEEPERS = 3;
const keepers: SharedArrayBuffer[] = [];

/**
 * Has the heap keep the pages of a table whose columns were just allocated, `byteLength` bytes in all.
 * Without a block behind them that stays, glibc gives the end of the heap back to the system once they are
 * freed, and the next table touches all pages for the first time, which takes as long as moving its rows.
 * The kept heap is bounded, and all other code may use it.
 */
export function keepHeap(byteLength: number): void {
  if (byteLength < LEAST_KEPT || byteLength > MOST_KEPT || keepers.length === MOST_KEEPERS) return;
  keepers.push(new SharedArrayBuffer(KEEPER_BYTES));
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
