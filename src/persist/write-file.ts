import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { compressor, type ResolvedCompression } from './compression.js';

/** The ending of files that are being written. One that stays is left of a process that died. */
export const TEMPORARY = '.tmp';

/**
 * Writes a file so that others see either the whole of it or what was there before: under another name in the same folder,
 * then renamed. Processes that write the same file at once do not disturb each other; the last one stays.
 */
export async function writeFile(
  path: string,
  parts: readonly Uint8Array[],
  compression: ResolvedCompression | undefined,
  options: { readonly makeFolder?: boolean } = {},
): Promise<number> {
  if (options.makeFolder) await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}-${randomBytes(6).toString('hex')}${TEMPORARY}`;
  try {
    const bytes = await writeParts(temporary, parts, compression);
    await rename(temporary, path);
    return bytes;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeParts(
  path: string,
  parts: readonly Uint8Array[],
  compression: ResolvedCompression | undefined,
): Promise<number> {
  if (compression) {
    const out = createWriteStream(path);
    await pipeline(Readable.from(parts, { objectMode: true }), compressor(compression), out);
    return out.bytesWritten;
  }
  const file = await open(path, 'w');
  try {
    return await writeAll(file, parts);
  } finally {
    await file.close();
  }
}

/** Systems take at most 1,024 pieces, and 2 GiB, in one call. */
const MOST_PIECES = 512;
const MOST_BYTES = 2 ** 30;

async function writeAll(file: FileHandle, parts: readonly Uint8Array[]): Promise<number> {
  const waiting = parts.flatMap(inPieces);
  let total = 0;
  for (let at = 0; at < waiting.length; ) {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    while (
      at < waiting.length &&
      pieces.length < MOST_PIECES &&
      bytes + waiting[at].byteLength <= MOST_BYTES
    ) {
      bytes += waiting[at].byteLength;
      pieces.push(waiting[at++]);
    }
    // A call may write less than it was given: the rest goes again.
    for (let rest = pieces; rest.length > 0; ) {
      const { bytesWritten } = await file.writev(rest);
      total += bytesWritten;
      rest = dropFirst(rest, bytesWritten);
    }
  }
  return total;
}

function inPieces(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < bytes.byteLength; from += MOST_BYTES) {
    pieces.push(bytes.subarray(from, from + MOST_BYTES));
  }
  return pieces;
}

function dropFirst(pieces: readonly Uint8Array[], count: number): Uint8Array[] {
  let left = count;
  const rest: Uint8Array[] = [];
  for (const piece of pieces) {
    if (left < piece.byteLength) rest.push(left > 0 ? piece.subarray(left) : piece);
    left = Math.max(0, left - piece.byteLength);
  }
  return rest;
}
