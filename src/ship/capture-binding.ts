import { captureImport } from './capture-import.js';
import { captureMembers, onlyMembers } from './capture-members.js';
import { fileOf } from './file-of.js';
import type { FreeName } from './free-names.js';
import { isGlobalName } from './globals.js';
import type { GraphWalk, Place } from './graph-walk.js';
import type { Internals } from './inspector.js';
import { isModuleRequire } from './module-index.js';
import { notebookExports } from './notebook-exports.js';
import type { ParsedFunction } from './parse.js';
import type { Slot } from './payload.js';
import { refusal, remedy } from './refusal.js';
import { scriptUrl } from './v8-scripts.js';

type Scope = Internals['scopes'][number];

/**
 * Returns the slot of one variable that a function uses; 'free' for a global that workers have, too, and
 * for a name that is bound nowhere.
 */
export function captureBinding(
  walk: GraphWalk,
  fn: object,
  usage: FreeName,
  internals: Internals,
  outer: Place,
  parsed: ParsedFunction,
): Slot | 'free' {
  const { name } = usage;
  const scope = internals.scopes.find(
    ({ kind, variables }) => kind !== 'Global' && Object.hasOwn(variables, name),
  );
  const { location } = internals;
  const path = outer.path.variable(name, { parsed, location, offset: usage.uses[0].start - parsed.offset });
  const place: Place = { path, scriptId: location?.scriptId, variable: path };
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
  // A function may replace itself: some choose an implementation when they are first called.
  if (usage.assigned && value !== fn)
    throw refusal(
      place.path,
      'it is assigned inside the function',
      walk.initializer === fn ? remedy.initializer : remedy.assignment,
    );
  if (value === null || (typeof value !== 'object' && typeof value !== 'function'))
    return walk.slot(value, place);
  if (name === '__vite_ssr_dynamic_import__')
    throw refusal(
      outer.path,
      'it calls import(), which vitest passes to a loader of its own that workers do not have',
      remedy.loader,
    );
  if (value === notebookExports())
    return captureNotebook(walk, value, usage, { ...place, path: path.asScope() });
  if (name === 'require' && isModuleRequire(value)) {
    return walk.add({ kind: 'require', from: requireStart(walk, internals) });
  }
  return (
    (scope.kind === 'Module' ? captureImport(walk, value, usage, internals, place) : undefined) ??
    captureMembers(walk, value, usage, place) ??
    walk.slot(value, place)
  );
}

/** Returns the slot of a global that the user made; 'free' for any other name that no scope binds. */
function captureGlobal(walk: GraphWalk, name: string, internals: Internals, place: Place): Slot | 'free' {
  if (isGlobalName(name)) return 'free';
  // The function's own global object: under a test runner it may differ from this file's.
  const realm = internals.scopes.find(({ kind }) => kind === 'Global')?.variables ?? globalThis;
  return name in realm ? walk.slot(Reflect.get(realm, name), place) : 'free';
}

/**
 * Captures the variables of notebook cells that the function uses: compiled cells reach them through
 * `exports`.
 */
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

/** Returns the file from which the function's `require` resolves relative paths. */
function requireStart(walk: GraphWalk, internals: Internals): string {
  const named = internals.scopes
    .map((scope: Scope) => scope.variables.__filename)
    .find((each) => typeof each === 'string');
  if (typeof named === 'string') return named;
  const url = internals.location && scriptUrl(walk.inspector, internals.location.scriptId);
  return (url && fileOf(url)) ?? `${process.cwd()}/notebook.js`;
}
