import { promises as fs } from 'node:fs';
import { basename, dirname } from 'node:path';
import { ApplyError } from '../errors.js';
import {
  type Meta,
  type ResolvedCompression,
  readDump,
  readDumpHeader,
  writeDump,
} from '../persist/index.js';
import type { ResultMetadata } from './expires-after.js';

/*
 * One cached result, a dump with its metadata in the header. A file that cannot be read, or that was not written for this place, is as
 * good as none, and says so.
 */

/** The metadata of a result, without reading the result. What is damaged inside is noticed only when that is read. */
export async function readMetadata(path: string): Promise<ResultMetadata | undefined> {
  return orMissing(async () => metadataIn((await readDumpHeader(path)).meta, path));
}

/** The result itself, in an object since it may be undefined. */
export async function readResult(path: string): Promise<{ readonly value: unknown } | undefined> {
  return orMissing(async () => {
    const value = await readDump(path, ({ meta }) => metadataIn(meta, path));
    await touch(path);
    return { value };
  });
}

/**
 * What a file holds the result of: the function and the arguments, as the names of its folder and of itself tell them. Not the folder
 * above, so that a whole cache can be moved.
 */
const keyOf = (path: string): string => `${basename(dirname(path))}/${basename(path)}`;

/** Throws where the result is another one's: a file that was put there by hand, or moved. */
function metadataIn(meta: Meta | undefined, path: string): ResultMetadata {
  const { key, ...metadata } = meta ?? {};
  if (key === keyOf(path)) return metadata as unknown as ResultMetadata;
  const whose = typeof key === 'string' ? `the result ${key}` : 'a dump, and no cached result';
  throw new ApplyError('ERR_BAD_FILE', `${path} cannot be read: it is ${whose}`);
}

/**
 * Notes that a result was used: what was not used for the longest time goes first. As the time of its change, since systems note
 * themselves when a file was read, as a header is to see whether anything in it is wanted.
 */
async function touch(path: string): Promise<void> {
  try {
    const now = new Date();
    await fs.utimes(path, now, now);
  } catch {
    // A cache that may not be written to, or a file that has just gone: reading it was all that mattered.
  }
}

async function orMissing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    warn(`${message.replace(/^load: /, '')}. It counts as not cached, and is computed again`);
    return undefined;
  }
}

export async function writeResult(
  path: string,
  value: unknown,
  compression: ResolvedCompression | undefined,
  metadata: ResultMetadata,
): Promise<number> {
  const options = { makeFolder: true, meta: { key: keyOf(path), ...metadata } };
  for (let tries = 1; ; tries++) {
    try {
      return await writeDump(value, path, compression, options);
    } catch (error) {
      // Another process has cleared the folder meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === MOST_TRIES) throw error;
    }
  }
}

const MOST_TRIES = 10;

const warned = new Set<string>();

export function warn(message: string): void {
  process.emitWarning(message, { type: 'MemoryWarning', code: 'APPLY_PARALLEL_MEMORY' });
}

/** The same warning comes once in the life of a process. */
export function warnOnce(key: string, message: string): void {
  if (warned.has(key)) return;
  warned.add(key);
  warn(message);
}
