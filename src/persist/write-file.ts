import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { compressor, type ResolvedCompression } from './compression.js';
import { targetOf } from './target.js';

/** The ending of files that are being written. A process that died leaves one behind. */
export const TEMPORARY = '.tmp';

/**
 * Writes a file so that others see either all of it or what was there before: it writes under another name in
 * the same folder, then renames. Of processes that write the same file at once, the last one wins. The file
 * keeps its permissions, and a symbolic link stays one.
 */
export async function writeFile(
  path: string,
  blocks: Iterable<Uint8Array>,
  compression: ResolvedCompression | undefined,
  options: { readonly makeFolder?: boolean } = {},
): Promise<number> {
  if (options.makeFolder) await mkdir(dirname(path), { recursive: true });
  const target = await targetOf(path);
  if (target.isSpecial) return writeBlocks(await open(path, 'w'), blocks, compression);
  const { mode } = target;
  const temporary = `${target.path}.${process.pid}-${randomBytes(6).toString('hex')}${TEMPORARY}`;
  try {
    // The umask may take permissions away, which chmod restores. Nobody can read the file meanwhile who could
    // not before.
    const file = await open(temporary, 'w', mode);
    if (mode !== undefined) await file.chmod(mode).catch(() => {});
    const bytes = await writeBlocks(file, blocks, compression);
    await rename(temporary, target.path);
    return bytes;
  } catch (error) {
    await rm(temporary, { force: true });
    throw withPath(path, temporary, error);
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

/** Writes all blocks and closes the file. */
async function writeBlocks(
  file: FileHandle,
  blocks: Iterable<Uint8Array>,
  compression: ResolvedCompression | undefined,
): Promise<number> {
  try {
    if (!compression) return await writeAll(file, blocks);
    const out = file.createWriteStream();
    await pipeline(Readable.from(blocks, { objectMode: true }), compressor(compression), out);
    return out.bytesWritten;
  } finally {
    await file.close();
  }
}

/** Makes each block while the one before it is being written. */
async function writeAll(file: FileHandle, blocks: Iterable<Uint8Array>): Promise<number> {
  let total = 0;
  let writing: Promise<void> | undefined;
  try {
    for (const block of blocks) {
      await writing;
      writing = writeBlock(file, block);
      total += block.byteLength;
    }
  } finally {
    await writing;
  }
  return total;
}

/** Systems write at most 2 GiB in one call, and may write less than they were given. */
const MAX_BYTES = 2 ** 30;

async function writeBlock(file: FileHandle, block: Uint8Array): Promise<void> {
  for (let at = 0; at < block.byteLength; ) {
    const { bytesWritten } = await file.write(block, at, Math.min(block.byteLength - at, MAX_BYTES));
    at += bytesWritten;
  }
}
