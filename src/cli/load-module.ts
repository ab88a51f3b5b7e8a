import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as ownExports from '../index.js';
import { packageHome, requireFrom } from '../util/index.js';
import { UsageError } from './usage-error.js';

const TYPESCRIPT = new Set(['.ts', '.mts', '.cts', '.tsx']);
const JAVASCRIPT = new Set(['.js', '.mjs', '.cjs', '.jsx']);

/** Imports a module of the user: TypeScript by tsx where it is installed, else as Node itself can. */
export async function loadModule(path: string): Promise<{ readonly [name: string]: unknown }> {
  const file = resolve(path);
  const ending = extname(file);
  if (!TYPESCRIPT.has(ending) && !JAVASCRIPT.has(ending)) {
    throw new UsageError(`MODULE must be a .ts, .js or .mjs file, got ${path}`);
  }
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw new UsageError(`there is no file ${path}; the current folder is ${process.cwd()}`);
  }
  const url = pathToFileURL(file).href;
  if (!TYPESCRIPT.has(ending)) return importWithPlace(url);
  const hasTsx = await registerTsx(file);
  if (!hasTsx && !canStripTypes()) {
    throw new UsageError(
      `Node ${process.versions.node} cannot run ${path}: install tsx (npm install --save-dev tsx) ` +
        'or use Node 22.18 or newer',
    );
  }
  try {
    return await importWithPlace(url);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') throw error;
    const { message } = error as Error;
    throw new UsageError(
      `Node only removes types, and ${path} has more: ${message.split('\n')[0]}. ` +
        'Install tsx (npm install --save-dev tsx)',
    );
  }
}

/** Imports a module, and writes the place of a syntax error before its stack. */
async function importWithPlace(url: string): Promise<{ readonly [name: string]: unknown }> {
  try {
    return await import(url);
  } catch (error) {
    if (error instanceof SyntaxError && error.stack?.startsWith('SyntaxError')) {
      error.stack = placeOfSyntaxError(url) + error.stack;
    }
    throw error;
  }
}

/** Returns the file and line of a syntax error. Node tells them only when such an error ends a process. */
function placeOfSyntaxError(url: string): string {
  const program = `import(${JSON.stringify(url)})`;
  const { stderr } = spawnSync(process.execPath, ['--no-warnings', '-e', program], { encoding: 'utf8' });
  const [place, ...rest] = stderr.split(/^SyntaxError/m);
  return rest.length > 0 ? place : '';
}

/** Has tsx translate what is imported from here on; returns false if it is not installed. */
async function registerTsx(file: string): Promise<boolean> {
  const found = resolveFrom(file, 'tsx') ?? resolveFrom(join(process.cwd(), 'package.json'), 'tsx');
  if (found === undefined) return false;
  // Its main file is the one for `node --import tsx`: it registers hooks for ES modules and CommonJS.
  await import(pathToFileURL(found).href);
  shareThisPackage();
  return true;
}

/**
 * Gives modules that tsx makes CommonJS of this copy of the package. They would load a second one, whose key
 * makers and caches this one does not know.
 */
function shareThisPackage(): void {
  if (packageHome === undefined) return;
  const path = fileURLToPath(new URL('index.js', packageHome));
  const { Module } = process.getBuiltinModule('node:module');
  const module = Object.assign(new Module(path), {
    filename: path,
    loaded: true,
    exports: { ...ownExports },
  });
  requireFrom(path).cache[path] ??= module;
}

function resolveFrom(from: string, name: string): string | undefined {
  try {
    return requireFrom(from).resolve(name);
  } catch {
    return undefined;
  }
}

/** Tells whether Node imports TypeScript by itself: from 22.18 on, and earlier with a flag. */
const canStripTypes = (): boolean =>
  Boolean((process.features as { readonly typescript?: unknown }).typescript);

/** Finds the function that a module exports, under a name or else as its default or only one. */
export function functionOf(
  namespace: { readonly [name: string]: unknown },
  path: string,
  name: string | undefined,
): (...args: never[]) => unknown {
  const exported = exportsOf(namespace);
  // Sorted, because the order of exports depends on what loads the module.
  const functions = Object.keys(exported)
    .filter((each) => typeof exported[each] === 'function')
    .sort();
  const wanted = name ?? (functions.length === 1 ? functions[0] : 'default');
  if (functions.includes(wanted)) return exported[wanted] as (...args: never[]) => unknown;
  const there =
    functions.length === 0
      ? 'no function'
      : `${functions.length === 1 ? 'the function' : 'the functions'} ${functions.join(', ')}`;
  const advice =
    name === undefined
      ? functions.length === 0
        ? 'export the function that is to run on every group'
        : `choose one with --export ${functions[0]}, or make it the default export`
      : Object.hasOwn(exported, name)
        ? `${name} is no function`
        : `there is no ${name}`;
  throw new UsageError(`${path} exports ${there}: ${advice}`);
}

/**
 * Returns the exports of a module. Those of CommonJS are on its default, and may have a default of their own.
 */
export function exportsOf(namespace: { readonly [name: string]: unknown }): {
  readonly [name: string]: unknown;
} {
  const main = namespace.default;
  if (typeof main !== 'object' || main === null) return { ...namespace };
  return { ...namespace, ...main };
}
