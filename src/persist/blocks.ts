import { crc32 } from 'node:zlib';
import { ApplyError } from '../errors.js';
import { padding } from './format.js';

/** Bytes that are copied, checked and written at a time. */
export const BLOCK_BYTES = 1024 * 1024;

/** A range of memory that goes to a file, followed by zeros. */
export interface Part {
  readonly bytes: Uint8Array;
  /** The length of `bytes` when the dump began: the program may transfer or shrink the memory. */
  readonly byteLength: number;
  /** The first byte that is still to be written. */
  readonly from: number;
  /** The CRC-32 of the bytes before `from`. */
  readonly crc: number;
  /** The CRC-32 that all bytes had when the dump began. */
  readonly expected: number;
}

/** Returns a part of which nothing is written yet. */
export const wholePart = (bytes: Uint8Array, expected: number): Part => ({
  bytes,
  byteLength: bytes.byteLength,
  from: 0,
  crc: 0,
  expected,
});

/**
 * Returns the bytes of parts in blocks of private memory, so that the bytes that are checked are those that
 * are written. Throws for a part that was changed after the dump began. Parts that fit into one block
 * together are copied before this returns.
 *
 * With `reuse` a block is valid until the one after the next is asked for, since fresh memory costs several
 * times as much as copying. Copying and checking takes 0.2 ms/MB of processor time, mostly while the block
 * before is being written.
 */
export function blocksOf(parts: readonly Part[], reuse: boolean): Iterable<Uint8Array> {
  const total = parts.reduce((sum, part) => sum + bytesLeft(part), 0);
  const blocks = fill(parts, Math.min(total, BLOCK_BYTES), reuse);
  return total <= BLOCK_BYTES ? [...blocks] : blocks;
}

const bytesLeft = ({ byteLength, from }: Part): number => byteLength + padding(byteLength) - from;

function* fill(parts: readonly Part[], size: number, reuse: boolean): Generator<Uint8Array> {
  const blocks = reuse ? [Buffer.allocUnsafeSlow(size), Buffer.allocUnsafeSlow(size)] : [];
  let block = blocks[0] ?? Buffer.allocUnsafeSlow(size);
  let used = 0;
  for (const { bytes: part, byteLength, from: start, crc: before, expected } of parts) {
    const end = byteLength + padding(byteLength);
    let crc = before;
    for (let at = start; at < end; ) {
      if (used === size) {
        yield block;
        block = block === blocks[0] ? blocks[1] : (blocks[0] ?? Buffer.allocUnsafeSlow(size));
        used = 0;
      }
      const from = used;
      if (at < byteLength) {
        if (part.byteLength < byteLength) throw changed();
        const bytes = part.subarray(at, at + Math.min(size - used, byteLength - at));
        block.set(bytes, used);
        used += bytes.length;
        crc = crc32(block.subarray(from, used), crc);
      } else {
        used += Math.min(size - used, end - at);
        block.fill(0, from, used);
      }
      at += used - from;
    }
    if (crc !== expected) throw changed();
  }
  if (used > 0) yield block.subarray(0, used);
}

const changed = () =>
  new ApplyError(
    'ERR_UNSTORABLE',
    'dump: the value was changed while it was being written, and what the file held before is still there. Await dump before changing the value, or dump a copy',
  );
