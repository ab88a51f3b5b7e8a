import { existsSync, realpathSync } from 'node:fs';
import Module, { createRequire, isBuiltin } from 'node:module';
import { types } from 'node:util';
import { fileOf } from './file-of.js';
import type { ModuleNode } from './payload.js';

interface LoadedModule {
  readonly exports: unknown;
  readonly loaded: boolean;
  readonly id: string;
}

type Cache = Readonly<Record<string, LoadedModule | undefined>>;

const requireCache = createRequire(import.meta.url).cache as Cache;

/** Files a worker can load as they are: whatever a loader of this thread (tsx, ts-node) would have to translate is left out. */
const loadable = /\.(?:[cm]?js|json|node)$/;

/** The entry script: a worker that loaded it would run the whole program again. */
function isEntry(file: string): boolean {
  const [, entry] = process.argv;
  if (!entry) return false;
  return file === entry || file === realOrSame(entry);
}

function realOrSame(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

const installed = (file: string): boolean => /[\\/]node_modules[\\/]/.test(file);

/** A module's exports object or one of its exports, told by identity. `undefined` for everything else. */
export function moduleNode(value: object): ModuleNode | undefined {
  return builtinIndex().get(value) ?? requireIndex().get(value)?.node;
}

/** Is it what a CommonJS file of the user's own, not an installed package, exports as a whole? */
export function isLocalExports(value: object): boolean {
  const found = requireIndex().get(value);
  return found?.local === true && found.node.path.length === 0;
}

/** Can a worker import `specifier` the way the module at `url` did, and get the same thing without running this program again? */
export function importableFrom(specifier: string, url: string): boolean {
  if (isBuiltin(specifier)) return true;
  const relative = /^(?:\.{0,2}\/|file:)/.test(specifier);
  if (relative) {
    const file = fileOf(URL.canParse(specifier, url) ? new URL(specifier, url).href : '');
    return file !== undefined && loadable.test(file) && existsSync(file) && !isEntry(realOrSame(file));
  }
  if (fileOf(url) === undefined) return false;
  try {
    return loadable.test(createRequire(url).resolve(specifier));
  } catch (error) {
    // A package for `import` only. Everything else that does not resolve is an alias of a transpiler.
    return (error as NodeJS.ErrnoException).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
  }
}

/** Is the module at this URL an installed package's, in a form a worker can import? */
export function isInstalled(url: string): boolean {
  const file = fileOf(url);
  return file !== undefined && installed(file) && loadable.test(file);
}

export function isModuleRequire(value: unknown): value is NodeJS.Require {
  if (typeof value !== 'function' || !('cache' in value) || !('resolve' in value)) return false;
  return value.cache === requireCache || types.isProxy(value);
}

let builtins = new Map<unknown, ModuleNode>();
let builtinsSeen = -1;

/** Only what is loaded already: nothing else can have been captured, and loading all of them would take long and warn. */
function builtinIndex(): ReadonlyMap<unknown, ModuleNode> {
  const { moduleLoadList } = process as unknown as { moduleLoadList: readonly string[] };
  if (moduleLoadList.length === builtinsSeen) return builtins;
  builtinsSeen = moduleLoadList.length;
  builtins = new Map();
  const loaded = new Set(moduleLoadList);
  for (const id of Module.builtinModules) {
    if (id.startsWith('_') || !loaded.has(`NativeModule ${id}`)) continue;
    const exports: unknown = process.getBuiltinModule(id);
    const reference = (path: readonly string[]): ModuleNode => ({ kind: 'module', via: 'builtin', id, path });
    if (isHolder(exports)) register(builtins, exports, exports, reference, false);
  }
  return builtins;
}

let required = new Map<unknown, { node: ModuleNode; local: boolean }>();
let requiredSeen = -1;
let requiredIsFresh = false;

/** To be called once per function shipped: modules may have been loaded since the last one. */
export function expectNewModules(): void {
  requiredIsFresh = false;
}

function requireIndex(): ReadonlyMap<unknown, { node: ModuleNode; local: boolean }> {
  if (requiredIsFresh) return required;
  requiredIsFresh = true;
  const files = Object.keys(requireCache);
  if (files.length === requiredSeen) return required;
  requiredSeen = files.length;
  required = new Map();
  const modules = files.flatMap((file) => {
    const module = requireCache[file];
    const usable = module?.loaded && module.id !== '.' && loadable.test(file) && !isEntry(file);
    return usable && isHolder(module.exports) && !types.isProxy(module.exports)
      ? [{ file, exports: module.exports }]
      : [];
  });
  // Whole modules first: a module that re-exports another is not where that one is found.
  for (const { file, exports } of modules) {
    if (required.has(exports)) continue;
    required.set(exports, {
      node: { kind: 'module', via: 'require', id: file, path: [] },
      local: !installed(file),
    });
  }
  for (const { file, exports } of modules) {
    const local = !installed(file);
    const members = new Map<unknown, ModuleNode>();
    register(
      members,
      exports,
      undefined,
      (path) => ({ kind: 'module', via: 'require', id: file, path }),
      local,
    );
    for (const [value, node] of members) if (!required.has(value)) required.set(value, { node, local });
  }
  return required;
}

function isHolder(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/**
 * Enters an exports object's members. Getters are read only where a compiler made them. Of the user's own modules only functions
 * count: their data may have changed since they were loaded, and is copied as it is now.
 */
function register(
  index: Map<unknown, ModuleNode>,
  exports: Record<string, unknown>,
  whole: unknown,
  reference: (path: readonly string[]) => ModuleNode,
  functionsOnly: boolean,
): void {
  if (whole && !index.has(whole)) index.set(whole, reference([]));
  const live = types.isModuleNamespaceObject(exports);
  for (const key of Object.keys(exports)) {
    const descriptor = Object.getOwnPropertyDescriptor(exports, key);
    let value: unknown;
    try {
      value = live || (descriptor?.get && exports.__esModule === true) ? exports[key] : descriptor?.value;
    } catch {
      continue;
    }
    const fits = functionsOnly ? typeof value === 'function' : isHolder(value);
    if (fits && !index.has(value)) index.set(value, reference([key]));
  }
}
