import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The path of a `file:` URL, or of a path; undefined for any other script. */
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
