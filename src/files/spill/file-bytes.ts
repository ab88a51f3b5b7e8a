import { readSync, writevSync } from 'node:fs';
import { asBytes } from '../../arrow/index.js';

/** The most buffers that systems write in one call, with a margin. */
const MOST_BUFFERS = 512;

/** Writes views one after the other, from `position` on. */
export function writeViews(file: number, views: readonly ArrayBufferView[], position: number): void {
  let at = position;
  let waiting = views.map(asBytes);
  while (waiting.length > 0) {
    let written = writevSync(file, waiting.slice(0, MOST_BUFFERS), at);
    at += written;
    // A full disk takes a part of the bytes before it refuses the rest.
    const next = waiting.findIndex(({ byteLength }) => {
      if (written < byteLength) return true;
      written -= byteLength;
      return false;
    });
    waiting = next < 0 ? [] : [waiting[next].subarray(written), ...waiting.slice(next + 1)];
  }
}

/** Fills memory with the bytes from `position` on. */
export function readFull(file: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.byteLength; ) {
    const read = readSync(file, bytes, at, Math.min(bytes.byteLength - at, 2 ** 30), position + at);
    if (read === 0) throw new Error('a spill file is shorter than it was');
    at += read;
  }
}
