import { statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ApplyError } from '../errors.js';
import { setRecipe } from './recipe.js';

/**
 * Refers to a function by its module: the worker imports the module and calls its export. Nothing of the
 * function is read or copied, so it may use anything (open files, #private state, caches of its own), and it
 * works under Node's permission model. Each worker loads its own copy of the module once.
 *
 * The Python counterpart is a function of an importable module, which pickle sends by name.
 *
 * A call in this thread imports the module, too, the first time; so it returns a promise.
 *
 * @example
 * // preprocess.js exports: function scale(group) { … }
 * const scale = moduleFunction(new URL('./preprocess.js', import.meta.url), 'scale');
 * await applyParallel(groupby(table, 'category'), scale);
 *
 * @param urlOrPath a URL, or a path: absolute, or relative to the current directory
 * @param name of the export
 * @throws ApplyError `ERR_INVALID_OPTION` if there is no such file; a call fails with `ERR_UNSHIPPABLE` if
 *   the module cannot be imported or has no such export
 * @typeParam Result the function's result; left out, the type that the place of use expects
 */
export function moduleFunction<Args extends readonly unknown[] = readonly unknown[], Result = never>(
  urlOrPath: string | URL,
  name = 'default',
): (...args: Args) => Promise<Awaited<Result>> {
  const url = moduleUrl(urlOrPath);
  if (typeof name !== 'string' || name === '') {
    throw invalid(`name must be the name of an export, got ${String(name)}`);
  }
  let loading: Promise<(...args: Args) => Result> | undefined;
  const call = async (...args: Args): Promise<Awaited<Result>> => {
    loading ??= importFunction<Args, Result>(url, name);
    const fn = await loading;
    return await fn(...args);
  };
  Object.defineProperty(call, 'name', { value: name, configurable: true });
  setRecipe(call, { kind: 'module', url, name });
  return call;
}

function moduleUrl(urlOrPath: string | URL): string {
  if (typeof urlOrPath !== 'string' && !(urlOrPath instanceof URL)) {
    throw invalid(`the module must be a URL or a path, got ${String(urlOrPath)}`);
  }
  const text = String(urlOrPath);
  const isUrl = !isAbsolute(text) && /^[a-z][a-z+.-]+:/i.test(text);
  const url = isUrl ? text : pathToFileURL(resolve(text)).href;
  if (!url.startsWith('file:')) {
    if (/^(?:node|data):/.test(url)) return url;
    throw invalid(`the module must be a file:, data: or node: URL or a path, got ${text}`);
  }
  const plain = new URL(url);
  plain.search = '';
  const path = fileURLToPath(plain);
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile()) {
    const hint =
      isUrl || isAbsolute(text) ? '' : `. Relative paths start at the current directory, ${process.cwd()}`;
    throw invalid(`${found ? 'not a file' : 'no such file'}: ${path}${hint}`);
  }
  return url;
}

function invalid(message: string): ApplyError {
  return new ApplyError('ERR_INVALID_OPTION', `moduleFunction(urlOrPath, name): ${message}`);
}

/** Imports a module and returns the function that it exports under a name. */
async function importFunction<Args extends readonly unknown[], Result>(
  url: string,
  name: string,
): Promise<(...args: Args) => Result> {
  let namespace: Record<string, unknown>;
  try {
    namespace = (await import(url)) as Record<string, unknown>;
  } catch (cause) {
    throw new ApplyError(
      'ERR_UNSHIPPABLE',
      `moduleFunction: ${url} could not be imported: ${String(cause)}`,
      { cause },
    );
  }
  // The exports of a CommonJS module are only on its `default` where Node cannot tell their names from the
  // source.
  const fn = namespace[name] ?? (namespace.default as Record<string, unknown> | undefined)?.[name];
  if (typeof fn !== 'function') {
    const exported = Object.keys(namespace).join(', ') || 'nothing';
    throw new ApplyError(
      'ERR_UNSHIPPABLE',
      `moduleFunction: ${url} exports no function named ${name} (it exports: ${exported})`,
    );
  }
  return fn as (...args: Args) => Result;
}
