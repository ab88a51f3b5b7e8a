import { types } from 'node:util';
import type { FreeName } from './free-names.js';
import { globalPath } from './globals.js';
import type { GraphWalk, Place } from './graph-walk.js';
import { isLocalExports, moduleNode } from './module-index.js';
import { parseFunction } from './parse.js';
import type { Field, Slot } from './payload.js';

/**
 * Returns the slot of a module-like object (a namespace, an `exports` object, a transpiler's copy of
 * one) with only the members that the function uses. Undefined for other objects, and when a used
 * member reads others through `this`.
 */
export function captureMembers(
  walk: GraphWalk,
  value: object,
  usage: FreeName,
  place: Place,
): Slot | undefined {
  if (usage.whole || usage.assignedMembers.size > 0) return undefined;
  const { members } = usage;
  if (isLocalExports(value)) {
    return [...members].some((member) => usesThis(Reflect.get(value, member)))
      ? undefined
      : onlyMembers(walk, value, members, place);
  }
  if (moduleNode(value) || globalPath(value)) return undefined;
  const transpiled = /^__(?:vite_ssr|vi)_import_/.test(usage.name);
  // Proxies are not asked for `__esModule`: those of polars throw for properties they do not have.
  const like =
    transpiled || (!types.isProxy(value) && (Reflect.get(value, '__esModule') === true || isInterop(value)));
  if (!types.isModuleNamespaceObject(value) && !like) return undefined;
  return onlyMembers(walk, value, members, place);
}

/**
 * Recognizes the copy that esbuild's `__toESM` makes of a CommonJS module: its members, and itself as
 * `default`.
 */
function isInterop(value: object): boolean {
  const original: unknown = Object.getOwnPropertyDescriptor(value, 'default')?.value;
  const holds = (typeof original === 'object' && original !== null) || typeof original === 'function';
  return holds && moduleNode(original) !== undefined;
}

/** Tells whether a member may read other members through `this`; one that cannot be parsed may. */
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

/**
 * Returns the slot of an object with the given members of `value`. Its node is not shared with other uses of
 * `value`, since another function may use other members.
 */
export function onlyMembers(
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
