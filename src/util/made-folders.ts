import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { removeAtExit } from './remove-at-exit.js';

/*
 * Folders that lead to temporary ones. Those that this process makes are removed when the last temporary
 * folder in them goes, unless they hold anything else.
 */

/** The folders that this process made, with functions that call off their removal at its end. */
const made = new Map<string, () => void>();
/** The temporary folders that lie in any folder. */
const used = new Set<string>();

/** Makes a folder and those that lead to it. Runs without a pause, so that no other call removes them. */
export function makeFolderIn(path: string): void {
  const own = resolve(path);
  used.add(own);
  try {
    makeMissing(dirname(own));
    mkdirSync(own);
  } catch (error) {
    releaseFolder(own);
    throw error;
  }
}

function makeMissing(folder: string): void {
  if (existsSync(folder)) return;
  makeMissing(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have made it meanwhile; then it is not ours.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return;
  }
  made.set(folder, removeAtExit(folder, { onlyEmpty: true }));
}

/** Removes the folders that led to a temporary one, which is gone, if they were made for it and are empty. */
export function releaseFolder(path: string): void {
  const own = resolve(path);
  used.delete(own);
  for (let folder = dirname(own); ; folder = dirname(folder)) {
    if (!made.has(folder)) {
      // A folder that could not be made lies in folders that were.
      if (existsSync(folder) || folder === dirname(folder)) return;
      continue;
    }
    try {
      rmdirSync(folder);
    } catch (error) {
      const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!isGone && [...used].some((other) => other.startsWith(folder + sep))) return;
    }
    // A folder that holds anything else, such as results, stays for good.
    made.get(folder)?.();
    made.delete(folder);
  }
}
