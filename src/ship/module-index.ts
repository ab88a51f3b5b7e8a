import Module from 'node:module';
import { types } from 'node:util';
import { parentPort, resourceLimits, workerData } from 'node:worker_threads';
import { packageUrl, requireFrom } from '../util/index.js';
import { isEntry, isInNodeModules, isLoadable } from './importable.js';
import type { ModuleNode } from './payload.js';

interface LoadedModule {
  readonly exports: unknown;
  readonly loaded: boolean;
  readonly id: string;
}

type Cache = Readonly<Record<string, LoadedModule | undefined>>;

const requireCache = requireFrom(packageUrl).cache as Cache;

/**
 * Returns the reference to a value that is the exports object, or one export, of a loaded built-in or
 * CommonJS module; undefined for any other value, and for data of this thread. Values are compared by
 * identity.
 */
export function moduleNode(value: object): ModuleNode | undefined {
  if (isOfThread(value)) return undefined;
  return builtinIndex().get(value) ?? requireIndex().get(value)?.node;
}

/** Tells whether a module is a CommonJS file of the user's, not of an installed package. */
export const isOwnModule = ({ via, id }: ModuleNode): boolean => via === 'require' && !isInNodeModules(id);

/**
 * Tells whether a value is the whole exports object of a CommonJS file that belongs to no installed package.
 */
export function isLocalExports(value: object): boolean {
  const found = requireIndex().get(value);
  return found?.local === true && found.node.path.length === 0;
}

export function isModuleRequire(value: unknown): value is NodeJS.Require {
  if (typeof value !== 'function' || !('cache' in value) || !('resolve' in value)) return false;
  return value.cache === requireCache || types.isProxy(value);
}

/**
 * Tells whether a value is data of this thread, such as its environment and its arguments. The same export of
 * the same built-in module is another value in a worker.
 */
export const isOfThread = (value: object): boolean =>
  value === process.env ||
  value === process.argv ||
  value === process.execArgv ||
  value === workerData ||
  value === parentPort ||
  value === resourceLimits;

let builtins = new Map<unknown, ModuleNode>();
let builtinsSeen = -1;

/**
 * Indexes the built-in modules that are loaded: nobody can have captured others, and loading all is slow and
 * warns.
 */
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
    if (!isHolder(exports)) continue;
    if (!builtins.has(exports)) builtins.set(exports, reference([]));
    addExports(builtins, exports, reference, false);
    // From Node 22 on this class is behind a getter, which loads it and does nothing else.
    if (id === 'async_hooks') builtins.set(exports.AsyncLocalStorage, reference(['AsyncLocalStorage']));
  }
  return builtins;
}

let required = new Map<unknown, { node: ModuleNode; local: boolean }>();
let requiredSeen = -1;
let requiredIsFresh = false;

/**
 * Has the next lookup check require.cache for new modules. Each capture calls it once, since a check costs
 * time.
 */
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
    const usable = module?.loaded && module.id !== '.' && isLoadable(file) && !isEntry(file);
    return usable && isHolder(module.exports) && !types.isProxy(module.exports)
      ? [{ file, exports: module.exports }]
      : [];
  });
  // Enters whole modules first, so that a module another one re-exports is found under its own file.
  for (const { file, exports } of modules) {
    if (required.has(exports)) continue;
    required.set(exports, {
      node: { kind: 'module', via: 'require', id: file, path: [] },
      local: !isInNodeModules(file),
    });
  }
  for (const { file, exports } of modules) {
    const local = !isInNodeModules(file);
    const members = new Map<unknown, ModuleNode>();
    addExports(members, exports, (path) => ({ kind: 'module', via: 'require', id: file, path }), local);
    for (const [value, node] of members) if (!required.has(value)) required.set(value, { node, local });
  }
  return required;
}

function isHolder(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/**
 * Enters the exports of a module. It runs getters only of namespaces and of modules that a
 * compiler made. `functionsOnly` is for the user's own modules: their data may change after
 * loading, so it is captured by value.
 */
function addExports(
  index: Map<unknown, ModuleNode>,
  exports: Record<string, unknown>,
  reference: (path: readonly string[]) => ModuleNode,
  functionsOnly: boolean,
): void {
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
