import { constants } from 'node:fs';
import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Where a file goes. */
export interface Target {
  /** The path behind all symbolic links. */
  readonly path: string;
  /** The permissions of the file that is there. */
  readonly mode?: number;
  /** A pipe, a device or a folder: nothing can be put in its place, so it is opened and written to itself. */
  readonly isSpecial: boolean;
}

/** Looks at what is at a path before it is replaced. One call of the system where nothing is there, or a plain file. */
export async function targetOf(path: string): Promise<Target> {
  const there = await orMissing(lstat(path));
  if (!there?.isSymbolicLink()) return { path, ...kindOf(there) };
  // Throws ELOOP where links go round in a circle, which ends the recursion, too.
  const behind = await orMissing(stat(path));
  if (behind) return { path: await realpath(path), ...kindOf(behind) };
  return targetOf(resolve(await realpath(dirname(path)), await readlink(path)));
}

function kindOf(there: Awaited<ReturnType<typeof stat>> | undefined): Omit<Target, 'path'> {
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
