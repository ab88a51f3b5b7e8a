import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Returns the path that a script's `file:` URL or absolute path stands for; undefined for any other script
 * name.
 */
export function fileOf(url: string): string | undefined {
  if (!url.startsWith('file:')) return isAbsolute(url) ? url : undefined;
  try {
    const plain = new URL(url);
    plain.search = '';
    plain.hash = '';
    return fileURLToPath(plain);
  } catch {
    return undefined;
  }
}
