import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { constants, gunzip } from 'node:zlib';
import type { OpenFile } from '../format.js';
import { badFile } from '../open-file.js';

const unzip = promisify(gunzip);

/** The compression and encoding of a file, which is read as UTF-8 text. */
export interface Content {
  readonly isCompressed: boolean;
  /** Undefined for UTF-8, which is read as it is. */
  readonly encoding: string | undefined;
  /** Bytes of the byte-order mark. */
  readonly markBytes: number;
}

/** Byte-order marks, which tell the encoding. */
const MARKS: readonly (readonly [bytes: readonly number[], encoding: string | undefined])[] = [
  [[0xef, 0xbb, 0xbf], undefined],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/** Reads the beginning of a file as UTF-8 text, and tells how to read the rest. */
export async function readBeginning(
  file: OpenFile,
  byteLength: number,
  encoding: string,
): Promise<{ content: Content; bytes: Buffer; isWhole: boolean }> {
  const start = await readRange(file, 0, Math.min(byteLength, file.size));
  const isCompressed = start[0] === 0x1f && start[1] === 0x8b;
  const raw = isCompressed ? await unzipBeginning(file, start) : start;
  const isWhole = start.length === file.size;
  const mark = MARKS.find(([bytes]) => bytes.every((byte, k) => raw[k] === byte));
  const named = encoding === 'utf-8' ? undefined : encoding;
  const content = { isCompressed, encoding: mark ? mark[1] : named, markBytes: mark?.[0].length ?? 0 };
  const bytes = raw.subarray(content.markBytes);
  if (content.encoding === undefined) return { content, bytes, isWhole };
  // A character may be cut in two at the end.
  const text = new TextDecoder(content.encoding).decode(bytes, { stream: !isWhole });
  return { content, bytes: Buffer.from(text), isWhole };
}

async function unzipBeginning(file: OpenFile, start: Buffer): Promise<Buffer> {
  const isWhole = start.length === file.size;
  try {
    return await unzip(start, isWhole ? {} : { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    throw badZip(file.path, error);
  }
}

/** Reads all of a file as UTF-8 text, without its byte-order mark. */
export async function readContent(file: OpenFile, content: Content): Promise<Buffer> {
  const raw = await readRange(file, 0, file.size);
  const unzipped = content.isCompressed ? await unzipAll(file, raw) : raw;
  const bytes = unzipped.subarray(content.markBytes);
  if (content.encoding === undefined) return bytes;
  return Buffer.from(new TextDecoder(content.encoding).decode(bytes));
}

async function unzipAll(file: OpenFile, bytes: Buffer): Promise<Buffer> {
  try {
    return await unzip(bytes);
  } catch (error) {
    throw badZip(file.path, error);
  }
}

const badZip = (path: string, error: unknown) =>
  badFile(path, `it is compressed by gzip, and damaged or cut off (${(error as Error).message})`, error);

/** Reads bytes into memory of this thread: text is copied from it into columns. */
export async function readRange(file: OpenFile, from: number, byteLength: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(byteLength);
  await file.readInto(bytes, from);
  return bytes;
}

/** Returns the position of the first byte that is not UTF-8, or -1. */
export function findBadUtf8(bytes: Buffer): number {
  if (isUtf8(bytes)) return -1;
  let low = 0;
  let high = bytes.length;
  // The longest beginning that is UTF-8; it may be up to three bytes short of a character.
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (isUtf8(wholeCharacters(bytes, middle))) low = middle;
    else high = middle;
  }
  return low;
}

/** Returns the first bytes, without a character that is cut. */
function wholeCharacters(bytes: Buffer, length: number): Buffer {
  let end = length;
  for (let back = 1; back <= 3 && end - back >= 0; back++) {
    const byte = bytes[length - back];
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      if (size > back) end = length - back;
      break;
    }
  }
  return bytes.subarray(0, end);
}
