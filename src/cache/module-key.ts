import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { requireFrom } from '../util/index.js';

/*
 * A module's key stands for its content in hashes: name and version of an installed package, or the text of a
 * file of the user. It never has a path, which differs from machine to machine.
 */

export interface ModuleReference {
  readonly via: 'builtin' | 'require' | 'import';
  readonly id: string;
  readonly parent?: string;
}

/** Returns the key of a module: it changes when the module's content changes. */
export function moduleKey({ via, id, parent }: ModuleReference): string {
  if (via === 'builtin' || isBuiltin(id)) return `node:${id.replace(/^node:/, '')}`;
  const file = via === 'require' ? id : resolve(id, parent);
  return file === undefined ? `${id} ${packageFrom(id, parent) ?? ''}` : fileKey(file);
}

function resolve(specifier: string, parent: string | undefined): string | undefined {
  try {
    if (specifier.startsWith('file:')) return fileURLToPath(specifier);
    if (parent === undefined) return undefined;
    if (/^\.{0,2}\//.test(specifier)) {
      const file = fileURLToPath(new URL(specifier, parent));
      const found = [file, typescriptOf(file)].find((path) => existsSync(path));
      if (found) return found;
    }
    const found = requireFrom(parent).resolve(specifier);
    return isBuiltin(found) ? undefined : found;
  } catch {
    return undefined; // The package has exports for `import` only, or the file is gone.
  }
}

/** Returns the TypeScript file that `./file.js` stands for in TypeScript sources. */
const typescriptOf = (file: string): string => file.replace(/\.([cm]?)js(x?)$/, '.$1ts$2');

/**
 * Returns the keys of all modules that a source text loads.
 * @param from the path or URL of the text's file
 */
export function loadedKey(text: string, from: string): string {
  const parent = from.startsWith('file:') ? from : pathToFileURL(from).href;
  return specifiersIn(text)
    .map((id) => moduleKey({ via: 'import', id, parent }))
    .join(' ');
}

const keys = new Map<string, string>();

/** Computes a file's key once: a process keeps the module that it has loaded, even if the file changes. */
function fileKey(file: string): string {
  let key = keys.get(file);
  if (key === undefined) {
    key = packageKey(file) ?? contentKey(file);
    keys.set(file, key);
  }
  return key;
}

/** Returns a key like `lodash@4.17.21/map.js` for files of installed packages, undefined for others. */
function packageKey(file: string): string | undefined {
  const parts = realOrSame(file).split(sep);
  const at = parts.lastIndexOf('node_modules');
  if (at === -1) return undefined;
  const length = parts[at + 1]?.startsWith('@') ? 2 : 1;
  const root = parts.slice(0, at + 1 + length).join(sep);
  return `${versionOf(root) ?? root}/${relative(root, realOrSame(file)).split(sep).join('/')}`;
}

/** Returns name and version of a package that `require` cannot resolve, from the folders above `parent`. */
function packageFrom(specifier: string, parent: string | undefined): string | undefined {
  const [name] = /^(?:@[^/]+\/)?[^/]+/.exec(specifier) ?? [];
  if (!name || !parent?.startsWith('file:')) return undefined;
  for (let folder = dirname(fileURLToPath(parent)); ; folder = dirname(folder)) {
    const version = versionOf(join(folder, 'node_modules', name));
    if (version || folder === dirname(folder)) return version;
  }
}

function versionOf(root: string): string | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    return `${name}@${version}`;
  } catch {
    return undefined;
  }
}

/** Returns a hash of a user's file and of all the user's files that it loads, directly or not. */
function contentKey(first: string): string {
  const hash = createHash('sha256');
  const seen = new Set([first]);
  for (const file of seen) {
    const text = textOf(file);
    hash.update(`${text.length}:${text}`);
    for (const specifier of specifiersIn(text)) {
      const parent = pathToFileURL(file).href;
      const found = isBuiltin(specifier) ? undefined : resolve(specifier, parent);
      const installed = found && packageKey(found);
      if (found && !installed) seen.add(found);
      else hash.update(`${specifier} ${installed ?? packageFrom(specifier, parent) ?? ''}`);
    }
  }
  return hash.digest('hex');
}

/** Finds module specifiers by their look. A false one does no harm: it only adds to the hash. */
function specifiersIn(text: string): string[] {
  return [...text.matchAll(/\b(?:from|import|require)\s*\(?\s*(['"])([^'"\n]+)\1/g)].map((match) => match[2]);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function realOrSame(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
