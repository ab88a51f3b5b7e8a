import { readSync, writev, writevSync } from 'node:fs';
import { promisify } from 'node:util';
import { asBytes } from '../../arrow/index.js';

/** The most buffers that systems write in one call, with a margin. */
const MOST_BUFFERS = 512;

/** Writes views one after the other, from `position` on. */
export function writeViews(file: number, views: readonly ArrayBufferView[], position: number): void {
  let waiting = views.map(asBytes);
  for (let at = position; waiting.length > 0; ) {
    const written = writevSync(file, waiting.slice(0, MOST_BUFFERS), at);
    at += written;
    waiting = unwritten(waiting, written);
  }
}

const writevAsync = promisify(writev);

/** Does the same without blocking the thread. The views must not change until it is done. */
export async function writeViewsAsync(
  file: number,
  views: readonly ArrayBufferView[],
  position: number,
): Promise<void> {
  let waiting = views.map(asBytes);
  for (let at = position; waiting.length > 0; ) {
    const { bytesWritten } = await writevAsync(file, waiting.slice(0, MOST_BUFFERS), at);
    at += bytesWritten;
    waiting = unwritten(waiting, bytesWritten);
  }
}

/** Returns what is left to write: a full disk takes a part of the bytes before it refuses the rest. */
function unwritten(views: readonly Uint8Array[], written: number): Uint8Array[] {
  let left = written;
  const next = views.findIndex(({ byteLength }) => {
    if (left < byteLength) return true;
    left -= byteLength;
    return false;
  });
  return next < 0 ? [] : [views[next].subarray(left), ...views.slice(next + 1)];
}

/** Fills memory with the bytes from `position` on. */
export function readFull(file: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.byteLength; ) {
    const read = readSync(file, bytes, at, Math.min(bytes.byteLength - at, 2 ** 30), position + at);
    if (read === 0) throw new Error('a spill file is shorter than it was');
    at += read;
  }
}
