import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/*
 * What a reference to a module stands for: the name and version of an installed package, the content of a file of the user's own. Never
 * a path: that is another one on the next machine.
 */

export interface ModuleReference {
  readonly via: 'builtin' | 'require' | 'import';
  readonly id: string;
  readonly parent?: string;
}

/** The same for as long as what is loaded from there is the same. */
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
    const found = createRequire(parent).resolve(specifier);
    return isBuiltin(found) ? undefined : found;
  } catch {
    return undefined; // A package for `import` alone, or a file that is not there any more.
  }
}

/** What `./file.js` means in a program of TypeScript. */
const typescriptOf = (file: string): string => file.replace(/\.([cm]?)js(x?)$/, '.$1ts$2');

/** What the modules that a text loads stand for. `from` is the path or URL of the file it lies in. */
export function loadedKey(text: string, from: string): string {
  const parent = from.startsWith('file:') ? from : pathToFileURL(from).href;
  return specifiersIn(text)
    .map((id) => moduleKey({ via: 'import', id, parent }))
    .join(' ');
}

const keys = new Map<string, string>();

/** Read once: what a process has loaded stays what it is, whatever becomes of the file. */
function fileKey(file: string): string {
  let key = keys.get(file);
  if (key === undefined) {
    key = packageKey(file) ?? contentKey(file);
    keys.set(file, key);
  }
  return key;
}

/** `lodash@4.17.21/map.js`, for files of installed packages. */
function packageKey(file: string): string | undefined {
  const parts = realOrSame(file).split(sep);
  const at = parts.lastIndexOf('node_modules');
  if (at === -1) return undefined;
  const length = parts[at + 1]?.startsWith('@') ? 2 : 1;
  const root = parts.slice(0, at + 1 + length).join(sep);
  return `${versionOf(root) ?? root}/${relative(root, realOrSame(file)).split(sep).join('/')}`;
}

/** For packages whose exports `require` does not see. */
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

/** The text of a file and of every file of the user's own that it loads, in turn. */
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

/** Whatever looks like one: a word too many does no harm. */
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
