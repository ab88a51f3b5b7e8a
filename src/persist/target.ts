import { constants, lstatSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
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
export function targetOf(path: string): Target {
  const there = lstatSync(path, orMissing);
  if (!there?.isSymbolicLink()) return { path, ...fileKind(there) };
  // Throws ELOOP for links in a circle, which ends the recursion.
  const behind = statSync(path, orMissing);
  if (behind) return { path: realpathSync(path), ...fileKind(behind) };
  return targetOf(resolve(realpathSync(dirname(path)), readlinkSync(path)));
}

const orMissing = { throwIfNoEntry: false } as const;

function fileKind(there: Stats | undefined): Omit<Target, 'path'> {
  if (!there) return { isSpecial: false };
  if (!there.isFile()) return { isSpecial: true };
  const { S_IRWXU, S_IRWXG, S_IRWXO } = constants;
  return { isSpecial: false, mode: Number(there.mode) & (S_IRWXU | S_IRWXG | S_IRWXO) };
}
