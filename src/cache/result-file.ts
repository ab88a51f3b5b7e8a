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
import { warn } from './warnings.js';

/*
 * The file of a cached result: a dump with metadata in its header. A file that cannot be read, or that holds
 * another result, counts as not cached, with a warning.
 */

/** Reads the metadata of a result alone; does not notice damage in the result itself. */
export async function readMetadata(path: string): Promise<ResultMetadata | undefined> {
  return orMissing(async () => metadataIn((await readDumpHeader(path)).meta, path));
}

/** Reads a result and marks it as used. Wrapped in an object, since a result may be undefined. */
export async function readResult(path: string): Promise<{ readonly value: unknown } | undefined> {
  return orMissing(async () => {
    const value = await readDump(path, ({ meta }) => metadataIn(meta, path));
    await touch(path);
    return { value };
  });
}

/**
 * Returns the key of a result, written into its file: the names of its folder (the function) and its file
 * (the arguments). The folders above do not count, so that a whole cache can be moved.
 */
const keyOf = (path: string): string => `${basename(dirname(path))}/${basename(path)}`;

/** Returns a file's metadata. Throws if the file holds another result, because someone has moved it. */
function metadataIn(meta: Meta | undefined, path: string): ResultMetadata {
  const { key, ...metadata } = meta ?? {};
  if (key === keyOf(path)) return metadata as unknown as ResultMetadata;
  const whose = typeof key === 'string' ? `the result ${key}` : 'a dump, and no cached result';
  throw new ApplyError('ERR_BAD_FILE', `${path} cannot be read: it is ${whose}`);
}

/**
 * Records that a result was used, for `reduceSize`. Sets the time of modification: the time of access also
 * changes when only a header is read.
 */
async function touch(path: string): Promise<void> {
  try {
    const now = new Date();
    await fs.utimes(path, now, now);
  } catch {
    // The cache is read-only, or the file has just been removed. The result has been read all the same.
  }
}

/** Returns undefined if a file is missing, and also, after a warning, if it cannot be read. */
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

/** Writes a result and returns the size of its file. */
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
      // Another process has cleared the folder in between.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === MAX_TRIES) throw error;
    }
  }
}

const MAX_TRIES = 10;
