import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ApplyError } from '../errors.js';
import { type HiveValues, hiveValues } from './hive.js';
import { badFile } from './open-file.js';

/** A file that belongs to a data set, with the columns that its folders name. */
export interface FoundFile {
  readonly path: string;
  readonly hive: HiveValues;
}

/** Files of a folder that are data; names that begin with _ or . are those of the programs that wrote it. */
const DATA_FILE = /\.(?:parquet|pq|arrow|feather|ipc|arrows|csv|tsv)(?:\.gz)?$/i;
const HIDDEN = /^[._]/;

/** Finds the files of paths, folders and globs, each folder and glob in the order of its names. */
export async function findFiles(sources: readonly (string | URL)[], hive: boolean): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const source of sources) {
    const path = source instanceof URL ? fileURLToPath(source) : source;
    found.push(...(await filesOf(path, hive)));
  }
  return found;
}

async function filesOf(path: string, hive: boolean): Promise<FoundFile[]> {
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw badFile(path, error.message, error);
  });
  const found = (file: string, folders: string): FoundFile => ({
    path: file,
    hive: hive ? hiveValues(folders.split(sep)) : new Map(),
  });
  if (stats && !stats.isDirectory()) return [found(path, dirname(path))];
  const base = stats ? path : globBase(path);
  const names = stats ? await namesIn(path) : (await namesIn(base)).filter(globTest(path, base));
  const files = names.filter((name) => !stats || (DATA_FILE.test(name) && !isHidden(name)));
  if (files.length === 0) {
    const what = stats
      ? `the folder ${path} has no files of a format that scan reads`
      : `no file ${GLOB.test(path) ? 'matches' : 'is named'} ${path}${isAbsolute(path) ? '' : `; the current folder is ${process.cwd()}`}`;
    throw new ApplyError('ERR_BAD_FILE', `scan: ${what}`);
  }
  // Folders that the caller names give columns if they are part of a glob, not if they lead to a folder.
  return files.sort(byName).map((name) => found(join(base, name), dirname(stats ? name : join(base, name))));
}

/** Returns the names of all files in a folder and the folders in it, relative to it. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(relative(folder, entry.parentPath), entry.name));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw badFile(folder, message, error);
  }
}

const isHidden = (name: string) => name.split(sep).some((part) => HIDDEN.test(part));

const byName = (a: string, b: string) => (a < b ? -1 : 1);

const GLOB = /[*?[{]/;

/** Returns the folder in which a glob looks: the part of it before the first part with a wildcard. */
function globBase(pattern: string): string {
  const parts = pattern.split('/');
  const first = parts.findIndex((part) => GLOB.test(part));
  if (first < 0) return dirname(pattern);
  return parts.slice(0, first).join('/') || (pattern.startsWith('/') ? '/' : '.');
}

function globTest(pattern: string, base: string): (name: string) => boolean {
  if (!GLOB.test(pattern)) return (name) => name === basename(pattern);
  const rest =
    base === '.' && !pattern.startsWith('./') ? pattern : pattern.slice(base.length).replace(/^\//, '');
  const test = new RegExp(`^${rest.split('/').map(globPart).join('/').replaceAll('**/', '(?:[^/]+/)*')}$`);
  return (name) => test.test(name.replaceAll(sep, '/'));
}

/** Turns the part of a glob between two slashes into a regular expression. `**` stays, for its caller. */
function globPart(part: string): string {
  if (part === '**') return '**';
  return part.replace(/\{([^{}]*)\}|\[!|[*?.+^$()|\\]/g, (token, words: string | undefined) => {
    if (words !== undefined) return `(?:${words.split(',').map(globPart).join('|')})`;
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    return token === '[!' ? '[^' : `\\${token}`;
  });
}
