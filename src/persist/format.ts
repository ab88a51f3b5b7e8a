import { crc32 } from 'node:zlib';
import { ApplyError } from '../errors.js';

/*
 * The format of a dump, everything little-endian:
 *
 *   0   8 bytes   'APPLYPAR'
 *   8   uint32    version of the format
 *   12  uint32    bytes of the header
 *   16  uint32    CRC-32 of the header
 *   20  4 bytes   zero
 *   24            the header, JSON, spaces up to a multiple of 64
 *   …             the sections, each at a multiple of 64, with zeros between
 *
 * The first section holds the special values (frames and such) and the second the value itself, both in the
 * format of V8's structured clone. The others are the raw bytes of typed arrays, aligned for any type, so
 * that they are read straight into place.
 */

export const MAGIC = 'APPLYPAR';
export const VERSION = 1;
export const PREFIX_BYTES = 24;
export const ALIGNMENT = 64;

/** Facts that the writer of a file wants to read again without reading all of it. */
export type Meta = { readonly [name: string]: unknown };

export interface Header {
  /** Kinds of frames inside. Their libraries have to be loaded first. */
  readonly frames: readonly string[];
  /** Byte length and CRC-32 of each section. */
  readonly sections: readonly (readonly [bytes: number, crc: number])[];
  /** Sections that lay in shared memory. */
  readonly shared: readonly number[];
  readonly meta?: Meta;
}

export const padding = (byteLength: number): number => -byteLength & (ALIGNMENT - 1);

/** Returns the prefix and the header as they stand in the file, filled up with spaces to `length` bytes. */
export function headerBytes(header: Header, length = 0): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const own = PREFIX_BYTES + text.length;
  const bytes = Buffer.alloc(Math.max(own + padding(own), length), ' ');
  text.copy(bytes, PREFIX_BYTES);
  bytes.write(MAGIC, 0, 'latin1');
  bytes.writeUInt32LE(VERSION, 8);
  bytes.writeUInt32LE(bytes.length - PREFIX_BYTES, 12);
  bytes.writeUInt32LE(crc32(bytes.subarray(PREFIX_BYTES)), 16);
  bytes.writeUInt32LE(0, 20);
  return bytes;
}

/** Returns the length of the header that follows this prefix; undefined if it is no prefix of a dump. */
export function headerLength(prefix: Buffer, name: string): number | undefined {
  if (prefix.length < PREFIX_BYTES || prefix.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  const version = prefix.readUInt32LE(8);
  if (version > VERSION) {
    throw badFile(
      name,
      `it was written by a newer version of this package (format ${version}, this one reads up to ${VERSION}): update apply-parallel`,
    );
  }
  return prefix.readUInt32LE(12);
}

export function readHeader(prefix: Buffer, text: Buffer, name: string): Header {
  if (crc32(text) !== prefix.readUInt32LE(16)) throw badFile(name, 'its header is damaged');
  return JSON.parse(text.toString()) as Header;
}

export function badFile(name: string, what: string, cause?: unknown): ApplyError {
  return new ApplyError(
    'ERR_BAD_FILE',
    `load: ${name} cannot be read: ${what}`,
    cause === undefined ? undefined : { cause },
  );
}

export const torn = (name: string): ApplyError =>
  badFile(name, 'it ends too early, as if writing it had been interrupted; write it again');
