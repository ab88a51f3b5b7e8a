import { constants } from 'node:fs';
import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** The place that a file is written to. */
export interface Target {
  /** The path after all symbolic links. */
  readonly path: string;
  /** The permissions of the file that is there now. */
  readonly mode?: number;
  /** A pipe, a device or a folder. Nothing can replace it, so it is opened and written to. */
  readonly isSpecial: boolean;
}

/** Looks at a path before it is written to. Makes one system call if the path is free or a plain file. */
export async function targetOf(path: string): Promise<Target> {
  const there = await orMissing(lstat(path));
  if (!there?.isSymbolicLink()) return { path, ...fileKind(there) };
  // Throws ELOOP for links in a circle, which ends the recursion.
  const behind = await orMissing(stat(path));
  if (behind) return { path: await realpath(path), ...fileKind(behind) };
  return targetOf(resolve(await realpath(dirname(path)), await readlink(path)));
}

function fileKind(there: Awaited<ReturnType<typeof stat>> | undefined): Omit<Target, 'path'> {
  if (!there) return { isSpecial: false };
  if (!there.isFile()) return { isSpecial: true };
  const { S_IRWXU, S_IRWXG, S_IRWXO } = constants;
  return { isSpecial: false, mode: Number(there.mode) & (S_IRWXU | S_IRWXG | S_IRWXO) };
}

async function orMissing<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
