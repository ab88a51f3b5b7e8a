import { writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { BLOCK_BYTES, blocksOf, type Part, wholePart } from './blocks.js';
import type { ResolvedCompression } from './compression.js';
import { type Encoded, encode } from './encode.js';
import { type Header, headerBytes, type Meta, padding } from './format.js';
import { replaceFile, writeBlocks, writeFile } from './write-file.js';

/** How to write a dump. */
export interface WriteDumpOptions {
  /** Facts for its header. */
  readonly meta?: Meta;
  readonly makeFolder?: boolean;
  /**
   * How long this thread may write before it gives way, in milliseconds. Meanwhile nothing can change the
   * value, so its memory goes to the file without a copy and is read once.
   * @default 100
   */
  readonly patience?: number;
}

/** Enough for 250 MB on an idle machine. */
const PATIENCE_MS = 100;

/** Writes a dump. Returns the number of bytes written. */
export async function writeDump(
  value: unknown,
  path: string,
  compression: ResolvedCompression | undefined,
  options: WriteDumpOptions = {},
): Promise<number> {
  const encoded = encode(value, 'the value', options.meta);
  const bytes = encoded.sections.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const how = { ...options, content: bytes };
  if (compression || bytes < BLOCK_BYTES) {
    // The compressor keeps blocks, so they cannot be reused.
    return writeFile(path, blocksOf(checkedParts(encoded), !compression), compression, how);
  }
  const begun = performance.now();
  return replaceFile(
    path,
    (file, isSpecial) =>
      isSpecial
        ? writeBlocks(file, blocksOf(checkedParts(encoded), true))
        : writeParts(file, encoded, begun + (options.patience ?? PATIENCE_MS)),
    how,
  );
}

/** Returns the header and the sections, with checksums of what they hold now. */
function checkedParts(encoded: Encoded): Part[] {
  const crcs = encoded.sections.map((bytes) => crc32(bytes));
  const header = headerBytes(headerOf(encoded, crcs));
  return [wholePart(header, crc32(header)), ...encoded.sections.map((bytes, k) => wholePart(bytes, crcs[k]))];
}

const headerOf = ({ header, sections }: Encoded, crcs: readonly number[]): Header => ({
  ...header,
  sections: sections.map(({ byteLength }, k) => [byteLength, crcs[k]]),
});

/** Room for any checksum in a header that is not known yet. */
const MOST_CRC = 2 ** 32 - 1;

/**
 * Writes the sections, then the header in front of them. This thread writes until `deadline`. For the rest it
 * takes checksums at that time, and other threads write copies that it checks.
 */
async function writeParts(file: number, encoded: Encoded, deadline: number): Promise<number> {
  const { sections } = encoded;
  const start = headerBytes(
    headerOf(
      encoded,
      sections.map(() => MOST_CRC),
    ),
  ).length;
  const writer = new Packer(file, start);
  const crcs: number[] = [];
  const rest: Part[] = [];
  for (const bytes of sections) {
    const { byteLength } = bytes;
    let crc = 0;
    let at = 0;
    for (; at < byteLength && performance.now() < deadline; at += BLOCK_BYTES) {
      crc = writer.put(bytes.subarray(at, at + BLOCK_BYTES), crc);
    }
    if (at < byteLength || rest.length > 0) {
      const expected = crc32(bytes.subarray(at), crc);
      rest.push({ bytes, byteLength, from: at, crc, expected });
      crc = expected;
    } else {
      writer.put(ZEROS.subarray(0, padding(byteLength)), 0);
    }
    crcs.push(crc);
  }
  writer.flush();
  const header = headerBytes(headerOf(encoded, crcs), start);
  writeFully(file, header, 0);
  return rest.length > 0
    ? writer.end + (await writeBlocks(file, blocksOf(rest, true), writer.end))
    : writer.end;
}

const ZEROS = new Uint8Array(padding(1));

/** Larger pieces of private memory are written as they are; others are joined in a buffer of this size. */
const PACKED_BYTES = 256 * 1024;

/** Writes pieces one after the other in this thread. */
class Packer {
  readonly #file: number;
  readonly #buffer = Buffer.allocUnsafeSlow(PACKED_BYTES);
  #used = 0;
  #flushed: number;

  constructor(file: number, position: number) {
    this.#file = file;
    this.#flushed = position;
  }

  /** The end of all pieces. */
  get end(): number {
    return this.#flushed + this.#used;
  }

  /** Writes a piece and returns its CRC-32, behind one of the bytes before it. */
  put(piece: Uint8Array, before: number): number {
    // Another thread may change shared memory, so the bytes that are checked are copies.
    const isCopied = piece.buffer instanceof SharedArrayBuffer || piece.byteLength < PACKED_BYTES / 4;
    if (!isCopied) {
      this.flush();
      writeFully(this.#file, piece, this.#flushed);
      this.#flushed += piece.byteLength;
      return crc32(piece, before);
    }
    let crc = before;
    for (let at = 0; at < piece.byteLength; ) {
      if (this.#used === PACKED_BYTES) this.flush();
      const some = piece.subarray(at, at + PACKED_BYTES - this.#used);
      this.#buffer.set(some, this.#used);
      crc = crc32(this.#buffer.subarray(this.#used, this.#used + some.byteLength), crc);
      this.#used += some.byteLength;
      at += some.byteLength;
    }
    return crc;
  }

  flush(): void {
    writeFully(this.#file, this.#buffer.subarray(0, this.#used), this.#flushed);
    this.#flushed += this.#used;
    this.#used = 0;
  }
}

/** Writes all bytes; systems may write less than they were given. */
function writeFully(file: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.byteLength; ) {
    at += writeSync(file, bytes, at, bytes.byteLength - at, position + at);
  }
}
