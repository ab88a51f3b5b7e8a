import { type FileHandle, open } from 'node:fs/promises';
import { allocateShared } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import type { OpenFile, SourceFile } from './format.js';

/** Opens a file for reading. What the system refuses is `ERR_BAD_FILE` with the file's name. */
export async function openFile(path: string): Promise<OpenFile> {
  const handle = await open(path).catch((error: unknown) => {
    throw cannotOpen(path, error);
  });
  try {
    const stats = await handle.stat();
    if (stats.isDirectory()) throw badFile(path, 'it is a folder');
    return new OpenedFile(path, stats.size, stats.mtimeMs, handle);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Opens a file again, and throws `ERR_BAD_FILE` if it is no longer what it was. */
export async function reopenFile({ path, size, modified }: SourceFile): Promise<OpenFile> {
  const file = await openFile(path);
  if (file.size === size && file.modified === modified) return file;
  await file.close();
  throw badFile(path, 'it was changed after scan had opened it: scan it again');
}

/** Returns the error of a file that cannot be read; `what` names the place in it. */
export function badFile(path: string, what: string, cause?: unknown): ApplyError {
  const options = cause === undefined ? undefined : { cause };
  return new ApplyError('ERR_BAD_FILE', `${path} cannot be read: ${what}`, options);
}

function cannotOpen(path: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const known: { readonly [code: string]: string } = {
    ENOENT: 'there is no such file',
    EACCES: 'this user has no permission to read it',
    EPERM: 'this user has no permission to read it',
    EISDIR: 'it is a folder',
    EMFILE: 'this process has too many files open',
  };
  return badFile(path, known[code] ?? message, error);
}

class OpenedFile implements OpenFile {
  readonly path: string;
  readonly size: number;
  readonly modified: number;
  readonly #handle: FileHandle;

  constructor(path: string, size: number, modified: number, handle: FileHandle) {
    this.path = path;
    this.size = size;
    this.modified = modified;
    this.#handle = handle;
  }

  async read(from: number, byteLength: number): Promise<Uint8Array> {
    const bytes = allocateShared(byteLength);
    await this.readInto(bytes, from);
    return bytes;
  }

  async readInto(bytes: Uint8Array, from: number): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      // Node reads two gigabytes at the most at a time.
      const length = Math.min(bytes.length - at, 2 ** 30);
      const { bytesRead } = await this.#handle.read(bytes, at, length, from + at);
      if (bytesRead === 0)
        throw badFile(this.path, 'it ends too early, as if writing it had been interrupted');
      at += bytesRead;
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
