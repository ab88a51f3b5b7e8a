import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { compressor, type ResolvedCompression } from './compression.js';
import { targetOf } from './target.js';

/** The ending of files that are being written. One that stays is left of a process that died. */
export const TEMPORARY = '.tmp';

/**
 * Writes a file so that others see either the whole of it or what was there before: under another name in the same folder,
 * then renamed. Processes that write the same file at once do not disturb each other; the last one stays. The file keeps its permissions, and
 * a symbolic link stays one.
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
    // At no time may anybody read more than before: the umask only takes away. It is undone below, where the file system has permissions.
    const file = await open(temporary, 'w', mode);
    if (mode !== undefined) await file.chmod(mode).catch(() => {});
    const bytes = await writeBlocks(file, blocks, compression);
    await rename(temporary, target.path);
    return bytes;
  } catch (error) {
    await rm(temporary, { force: true });
    throw speakingOf(path, temporary, error);
  }
}

/** The same error, about the file that the caller knows. */
function speakingOf(path: string, temporary: string, error: unknown): unknown {
  const system = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || system.path !== temporary) return error;
  const { message } = error;
  system.path = path;
  // Functions, since a path may look like a pattern for what to put in.
  error.message = message.replaceAll(temporary, () => path);
  error.stack = error.stack?.replace(message, () => error.message);
  return error;
}

/** Closes the file, too. */
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

/** Each block is made while the one before it is being written. */
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

/** Systems take at most 2 GiB in one call, and may write less than they were given. */
const MOST_BYTES = 2 ** 30;

async function writeBlock(file: FileHandle, block: Uint8Array): Promise<void> {
  for (let at = 0; at < block.byteLength; ) {
    const { bytesWritten } = await file.write(block, at, Math.min(block.byteLength - at, MOST_BYTES));
    at += bytesWritten;
  }
}
