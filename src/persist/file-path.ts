import { fileURLToPath } from 'node:url';
import { ApplyError } from '../errors.js';
import { preview } from '../util/index.js';

/** Returns the path that a caller gave to `verb`, or throws. */
export function filePath(verb: string, path: unknown): string {
  if (typeof path === 'string' && path !== '') return path;
  if (path instanceof URL && path.protocol === 'file:') return fileURLToPath(path);
  throw new ApplyError(
    'ERR_INVALID_OPTION',
    `${verb}: path must be a path or a file: URL, got ${preview(path)}`,
  );
}
