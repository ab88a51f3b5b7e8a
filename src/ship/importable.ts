import { existsSync, realpathSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { requireFrom } from '../util/index.js';
import { fileOf } from './file-of.js';

/**
 * Tells whether a worker can load a file without a loader of this thread, such as tsx or ts-node, to
 * translate it.
 */
export const isLoadable = (file: string): boolean => /\.(?:[cm]?js|json|node)$/.test(file);

export const isInNodeModules = (file: string): boolean => /[\\/]node_modules[\\/]/.test(file);

/**
 * Tells whether a file is the entry script. A worker must not load it: that would run the whole program
 * again.
 */
export function isEntry(file: string): boolean {
  const [, entry] = process.argv;
  if (!entry) return false;
  return file === entry || file === realOrSame(entry);
}

function realOrSame(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/**
 * Tells whether a worker that imports `specifier` from the module at `url` gets the same module,
 * without running this program again.
 */
export function isImportableFrom(specifier: string, url: string): boolean {
  if (isBuiltin(specifier)) return true;
  const relative = /^(?:\.{0,2}\/|file:)/.test(specifier);
  if (relative) {
    const file = fileOf(URL.canParse(specifier, url) ? new URL(specifier, url).href : '');
    return file !== undefined && isLoadable(file) && existsSync(file) && !isEntry(realOrSame(file));
  }
  if (fileOf(url) === undefined) return false;
  try {
    return isLoadable(requireFrom(url).resolve(specifier));
  } catch (error) {
    // This code means a package that only `import` may load. Any other specifier that does not resolve is an
    // alias of a transpiler, which workers do not know.
    return (error as NodeJS.ErrnoException).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
  }
}

/**
 * Tells whether the module at a URL belongs to an installed package and can be imported by a worker as it is.
 */
export function isInstalled(url: string): boolean {
  const file = fileOf(url);
  return file !== undefined && isInNodeModules(file) && isLoadable(file);
}
