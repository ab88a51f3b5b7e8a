import { types } from 'node:util';
import { fileOf } from './file-of.js';
import type { FreeName } from './free-names.js';
import { globalPath, isGlobalName } from './globals.js';
import type { GraphWalk, Place } from './graph-walk.js';
import type { Internals } from './inspector.js';
import { importableFrom, isLocalExports, isModuleRequire, moduleNode } from './module-index.js';
import { parseFunction } from './parse.js';
import type { Field, ModuleNode, Slot } from './payload.js';
import { recipeOf } from './recipe.js';
import { refusal, remedy } from './refusal.js';
import { scriptImports, scriptUrl } from './v8-scripts.js';

type Scope = Internals['scopes'][number];

/** The slot of one variable a function uses; 'free' when the name means the same in the worker or nothing in either place. */
export function captureBinding(
  walk: GraphWalk,
  fn: object,
  usage: FreeName,
  internals: Internals,
  outer: Place,
): Slot | 'free' {
  const { name } = usage;
  const scope = internals.scopes.find(
    ({ kind, variables }) => kind !== 'Global' && Object.hasOwn(variables, name),
  );
  const path = outer.path.variable(name);
  const place: Place = { path, scriptId: internals.location?.scriptId, variable: path };
  const isAssigned = usage.assigned || usage.assignedMembers.size > 0;
  if (walk.leavesOut({ name, isAssigned, isOfRoot: outer.path.isRoot })) return 'free';
  if (!scope) {
    const slot = captureGlobal(walk, name, internals, place);
    if (slot !== 'free' || usage.kept || isGlobalName(name)) return slot;
    throw refusal(
      place.path,
      'nothing but a computed name of a member uses it, and its value is gone',
      remedy.kept,
    );
  }
  const value = scope.variables[name];
  // A function may replace itself, as those do that find out at their first call what to do.
  if (usage.assigned && value !== fn)
    throw refusal(place.path, 'it is assigned inside the function', remedy.assignment);
  if (value === null || (typeof value !== 'object' && typeof value !== 'function'))
    return walk.slot(value, place);
  if (name === '__vite_ssr_dynamic_import__')
    throw refusal(
      outer.path,
      'it calls import(), which vitest passes to a loader of its own that workers do not have',
      remedy.loader,
    );
  if (value === notebook()) return captureNotebook(walk, value, usage, place);
  if (name === 'require' && isModuleRequire(value)) {
    return walk.add({ kind: 'require', from: directoryFile(walk, internals) });
  }
  return (
    (scope.kind === 'Module' ? captureImport(walk, value, usage, internals, place) : undefined) ??
    captureMembers(walk, value, usage, place) ??
    walk.slot(value, place)
  );
}

/** A name no scope binds: a global, and to be sent along if the user made it. */
function captureGlobal(walk: GraphWalk, name: string, internals: Internals, place: Place): Slot | 'free' {
  if (isGlobalName(name)) return 'free';
  // The function's own: a test runner may have given it another than this file has.
  const realm = internals.scopes.find(({ kind }) => kind === 'Global')?.variables ?? globalThis;
  return name in realm ? walk.slot(Reflect.get(realm, name), place) : 'free';
}

/** tslab keeps what the cells declare on one `exports` object. */
function notebook(): object | undefined {
  const session: unknown = Reflect.get(globalThis, '__tslab__');
  if (typeof session !== 'object' || session === null || !('exports' in session)) return undefined;
  return typeof session.exports === 'object' && session.exports !== null ? session.exports : undefined;
}

function captureNotebook(walk: GraphWalk, cells: object, usage: FreeName, place: Place): Slot {
  for (const assigned of usage.assignedMembers) {
    throw refusal(place.path.property(assigned), 'it is assigned inside the function', remedy.assignment);
  }
  if (usage.whole) {
    throw refusal(
      place.path,
      "the notebook's whole `exports` cannot be copied",
      'Name the variables it needs.',
    );
  }
  return onlyMembers(walk, cells, usage.members, place);
}

/** What an import declaration of the function's script binds goes by reference, when a worker can import it. */
function captureImport(
  walk: GraphWalk,
  value: object,
  usage: FreeName,
  internals: Internals,
  place: Place,
): Slot | undefined {
  const scriptId = internals.location?.scriptId;
  if (scriptId === undefined || globalPath(value) || recipeOf(value) || moduleNode(value)) return undefined;
  const isFunction = typeof value === 'function';
  const isNamespace = types.isModuleNamespaceObject(value);
  const origin = isFunction ? walk.inspector.internals(value).location?.scriptId : undefined;
  if (origin === scriptId) return undefined;
  // Data is not worth the debugger: what cannot be traced cheaply is copied.
  const script = scriptImports(walk.inspector, scriptId, origin !== undefined || isNamespace);
  const binding = script?.bindings.get(usage.name);
  if (!script || !binding) return undefined;
  const ownModule = /^(?:\.{0,2}\/|file:)/.test(binding.specifier);
  if (ownModule && !isFunction && !isNamespace) return undefined;
  if (!importableFrom(binding.specifier, script.url)) return undefined;
  const reference = (path: readonly string[]): ModuleNode => {
    return { kind: 'module', via: 'import', id: binding.specifier, parent: script.url, path };
  };
  if (binding.imported !== '*') return walk.add(reference([binding.imported]));
  if (!ownModule || usage.whole) return walk.add(reference([]));
  // Of the user's own modules data is copied as it is now, whichever way it was imported.
  return onlyMembers(walk, value, usage.members, place, (key, member) =>
    typeof member === 'function' && !recipeOf(member) ? walk.add(reference([key])) : undefined,
  );
}

/**
 * Of a module-like object only the members in use travel, as they are now. Not when one of them is a function that reaches for
 * the others through `this`.
 */
function captureMembers(walk: GraphWalk, value: object, usage: FreeName, place: Place): Slot | undefined {
  if (usage.whole || usage.assignedMembers.size > 0) return undefined;
  const { members } = usage;
  if (isLocalExports(value)) {
    return [...members].some((member) => usesThis(Reflect.get(value, member)))
      ? undefined
      : onlyMembers(walk, value, members, place);
  }
  if (moduleNode(value) || globalPath(value)) return undefined;
  const transpiled = /^__(?:vite_ssr|vi)_import_/.test(usage.name);
  // A Proxy answers as it likes: polars' throw when they are asked for what they do not have.
  const like =
    transpiled || (!types.isProxy(value) && (Reflect.get(value, '__esModule') === true || isInterop(value)));
  if (!types.isModuleNamespaceObject(value) && !like) return undefined;
  return onlyMembers(walk, value, members, place);
}

/** What esbuild's `__toESM` makes of a CommonJS module: its members, and itself as the default. */
function isInterop(value: object): boolean {
  const original: unknown = Object.getOwnPropertyDescriptor(value, 'default')?.value;
  const holds = (typeof original === 'object' && original !== null) || typeof original === 'function';
  return holds && moduleNode(original) !== undefined;
}

function usesThis(value: unknown): boolean {
  if (typeof value !== 'function') return false;
  const text = Function.prototype.toString.call(value);
  if (!/\bthis\b/.test(text)) return false;
  try {
    return !parseFunction(text).isClass;
  } catch {
    return true;
  }
}

/** Not entered as the node of `value`: another function may use other members of it. */
function onlyMembers(
  walk: GraphWalk,
  value: object,
  members: ReadonlySet<string>,
  place: Place,
  refer: (key: string, member: unknown) => Slot = () => undefined,
): Slot {
  const fields: Field[] = [];
  for (const key of members) {
    if (!(key in value)) continue;
    const member: unknown = Reflect.get(value, key);
    const inner: Place = { ...place, path: place.path.property(key) };
    fields.push({ key, value: refer(key, member) ?? walk.slot(member, inner) });
  }
  return walk.add({ kind: 'object', items: [], fields });
}

/** A file for `createRequire` to start from. */
function directoryFile(walk: GraphWalk, internals: Internals): string {
  const named = internals.scopes
    .map((scope: Scope) => scope.variables.__filename)
    .find((each) => typeof each === 'string');
  if (typeof named === 'string') return named;
  const url = internals.location && scriptUrl(walk.inspector, internals.location.scriptId);
  return (url && fileOf(url)) ?? `${process.cwd()}/notebook.js`;
}
