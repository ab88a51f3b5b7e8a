import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ApplyError } from '../errors.js';

/** A function in modules that webpack has bundled. It replaces `import.meta.url` by the URL of the source. */
declare const __webpack_require__: unknown;

/**
 * Returns the URL of this file, or of the bundle that holds it. CommonJS bundles have no `import.meta.url`.
 */
function ownUrl(): string {
  const url: string | undefined = import.meta.url;
  if (url !== undefined) return url;
  return pathToFileURL(typeof __filename === 'string' ? __filename : join(process.cwd(), 'index.js')).href;
}

/**
 * The URL of a file of this package, from which its dependencies are found; of the bundle in a bundled
 * program.
 */
export const packageUrl = ownUrl();

/** The URL of this package's folder of modules; undefined in a bundled program, which has no such folder. */
export const packageHome: URL | undefined = findHome();

function findHome(): URL | undefined {
  if (typeof __webpack_require__ === 'function') return undefined;
  // The published files hold several modules each and lie in the folder itself.
  const home = new URL(packageUrl.endsWith('/util/package-url.js') ? '..' : '.', packageUrl);
  return existsSync(new URL('worker-entry.cjs', home)) ? home : undefined;
}

/**
 * Throws `ERR_UNSUPPORTED` in a bundled program, whose worker threads would find no files to load.
 *
 * @param what what cannot be done there
 * @param wayOut what else helps
 */
export function requirePackageHome(
  what = 'its worker threads cannot load it',
  wayOut = ', or pass nJobs: 1, which needs no threads',
): void {
  if (packageHome) return;
  throw new ApplyError(
    'ERR_UNSUPPORTED',
    `apply-parallel was bundled into the program, and ${what} from there. Mark the package as external in the ` +
      'bundler and install it beside the program (docs/bundlers.md has the option of each bundler)' +
      wayOut,
  );
}
