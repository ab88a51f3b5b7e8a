import { randomBytes } from 'node:crypto';
import { close, fchmodSync, mkdirSync, openSync, write } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { ApplyError } from '../errors.js';
import { isDiskFull, megabytes } from '../util/index.js';
import { compressor, type ResolvedCompression } from './compression.js';
import { targetOf } from './target.js';

/** The ending of files that are being written. A process that died leaves one behind. */
export const TEMPORARY = '.tmp';

/** How a file is written. */
export interface WriteFileOptions {
  readonly makeFolder?: boolean;
  /** The bytes of the content before it is compressed, for the message of a full disk. */
  readonly content?: number;
}

/** Writes the content of an open file and returns its bytes. Begins in the tick in which it is called. */
type WriteContent = (file: number, isSpecial: boolean) => Promise<number>;

/**
 * Writes a file so that others see either all of it or what was there before: it writes under another name in
 * the same folder, then renames. Of processes that write the same file at once, the last one wins. The file
 * keeps its permissions, and a symbolic link stays one.
 *
 * A file is opened before this returns, so that `writeContent` may write values that change later.
 */
export async function replaceFile(
  path: string,
  writeContent: WriteContent,
  options: WriteFileOptions = {},
): Promise<number> {
  if (options.makeFolder) mkdirSync(dirname(path), { recursive: true });
  const target = targetOf(path);
  if (target.isSpecial) {
    // Waits for a reader of a pipe.
    const special = await open(path, 'w');
    try {
      return await writeContent(special.fd, true);
    } catch (error) {
      throw isDiskFull(error) ? fullError(path, error, options.content) : error;
    } finally {
      await special.close();
    }
  }
  const temporary = `${target.path}.${process.pid}-${randomBytes(6).toString('hex')}${TEMPORARY}`;
  try {
    const bytes = await writeNew(temporary, target.mode, writeContent);
    await rename(temporary, target.path);
    return bytes;
  } catch (error) {
    const written = await stat(temporary).then(
      ({ size }) => size,
      () => 0,
    );
    await rm(temporary, { force: true });
    throw isDiskFull(error)
      ? fullError(path, error, options.content, written)
      : withPath(path, temporary, error);
  }
}

/** Returns the error of a disk that is full; `written` bytes were written and removed again. */
function fullError(path: string, cause: unknown, content: number | undefined, written = 0): ApplyError {
  const needed = content === undefined ? '' : `${megabytes(content)} are needed, less if compressed, and `;
  return new ApplyError(
    'ERR_WRITE',
    `${path} cannot be written: the disk is full; ${needed}${megabytes(written)} were written and removed ` +
      'again; make room, or write to another disk',
    { cause },
  );
}

async function writeNew(path: string, mode: number | undefined, writeContent: WriteContent): Promise<number> {
  const file = openSync(path, 'w', mode);
  try {
    if (mode !== undefined) restoreMode(file, mode);
    return await writeContent(file, false);
  } finally {
    await promisify(close)(file);
  }
}

/**
 * Gives a file the permissions that the umask took away. Nobody can read the file meanwhile who could not
 * before.
 */
function restoreMode(file: number, mode: number): void {
  try {
    fchmodSync(file, mode);
  } catch {
    // The file system has no permissions.
  }
}

/** Makes an error about the temporary file one about the file that the caller knows. */
function withPath(path: string, temporary: string, error: unknown): unknown {
  const system = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || system.path !== temporary) return error;
  const { message } = error;
  system.path = path;
  // Replaces by a function, since `$` in a path would be a pattern.
  error.message = message.replaceAll(temporary, () => path);
  error.stack = error.stack?.replace(message, () => error.message);
  return error;
}

/** Replaces a file by these blocks. */
export function writeFile(
  path: string,
  blocks: Iterable<Uint8Array>,
  compression: ResolvedCompression | undefined,
  options: WriteFileOptions = {},
): Promise<number> {
  return replaceFile(
    path,
    (file) => (compression ? compress(file, blocks, compression) : writeBlocks(file, blocks)),
    options,
  );
}

async function compress(
  file: number,
  blocks: Iterable<Uint8Array>,
  compression: ResolvedCompression,
): Promise<number> {
  let total = 0;
  let writing: Promise<void> | undefined;
  try {
    await pipeline(
      Readable.from(blocks, { objectMode: true }),
      compressor(compression),
      async (compressed: AsyncIterable<Buffer>) => {
        for await (const block of compressed) {
          writing = writeBlock(file, block, undefined);
          await writing;
          total += block.byteLength;
        }
      },
    );
  } finally {
    // The pipeline may fail while a block is being written, and the file must stay open until then.
    await writing;
  }
  return total;
}

/**
 * Writes blocks from `position` on, without one where the file stands. Makes each block while the one before
 * it is being written. Returns the number of bytes written.
 */
export async function writeBlocks(
  file: number,
  blocks: Iterable<Uint8Array>,
  position?: number,
): Promise<number> {
  let total = 0;
  let writing: Promise<void> | undefined;
  try {
    for (const block of blocks) {
      await writing;
      writing = writeBlock(file, block, position === undefined ? undefined : position + total);
      total += block.byteLength;
    }
  } finally {
    await writing;
  }
  return total;
}

/** Systems write at most 2 GiB in one call, and may write less than they were given. */
const MAX_BYTES = 2 ** 30;

const writeSome = promisify(write);

async function writeBlock(file: number, block: Uint8Array, position: number | undefined): Promise<void> {
  for (let at = 0; at < block.byteLength; ) {
    const length = Math.min(block.byteLength - at, MAX_BYTES);
    const place = position === undefined ? null : position + at;
    at += (await writeSome(file, block, at, length, place)).bytesWritten;
  }
}
