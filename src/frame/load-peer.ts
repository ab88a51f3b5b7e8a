import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ApplyError } from '../errors.js';
import { packageUrl, requireFrom } from '../util/index.js';

/**
 * Loads an optional package. Callers do so only when they must make a frame of it; `what` names those frames
 * in errors.
 */
export async function loadPeer(name: string, what: string): Promise<unknown> {
  try {
    return await import(name);
  } catch (error) {
    if (!isMissing(error, name)) throw doesNotLoad(name, error);
    // If this package is installed globally or linked, the user's folder may still have the peer.
    const found = resolveFromFolder(name);
    if (found === undefined) throw missing(name, what, error);
    return import(pathToFileURL(found).href).catch((cause: unknown) => {
      throw doesNotLoad(name, cause);
    });
  }
}

/** Loads an optional package synchronously, for iterating over groups. */
export function requirePeer(name: string, what: string): unknown {
  const require = requireFrom(packageUrl);
  let path: string | undefined;
  try {
    path = require.resolve(name);
  } catch (error) {
    path = resolveFromFolder(name);
    if (path === undefined) throw missing(name, what, error);
  }
  try {
    return require(path);
  } catch (error) {
    throw doesNotLoad(name, error);
  }
}

/** Tells whether this thread has loaded the copy of a CommonJS package that {@link loadPeer} would load. */
export function isPeerLoaded(name: string): boolean {
  const require = requireFrom(packageUrl);
  try {
    return require.cache[require.resolve(name)] !== undefined;
  } catch {
    return false;
  }
}

function resolveFromFolder(name: string): string | undefined {
  try {
    return requireFrom(join(process.cwd(), 'package.json')).resolve(name);
  } catch {
    return undefined;
  }
}

function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${name}'`);
}

/** Packages that need more than `npm install NAME`; docs/frames.md says it whole. */
const hints: { readonly [name: string]: string } = {
  '@bufbuild/protobuf': ' @connectrpc/connect @connectrpc/connect-node',
  '@connectrpc/connect': ' @connectrpc/connect-node @bufbuild/protobuf',
  arquero: ' (if npm then misses @uwdata/wk-geojson: docs/frames.md has an override)',
  'danfojs-node': '@1.2.0 (docs/frames.md has two overrides that spare its binaries)',
  'nodejs-polars': ' and, on Node 20, the package of its platform (docs/frames.md)',
};

const missing = (name: string, what: string, cause: unknown) =>
  new ApplyError(
    'ERR_MISSING_PEER',
    `${what} need the package ${name}: npm install ${name}${hints[name] ?? ''}`,
    { cause },
  );

const doesNotLoad = (name: string, cause: unknown) =>
  new ApplyError('ERR_MISSING_PEER', `${name} is installed and does not load: ${(cause as Error).message}`, {
    cause,
  });
