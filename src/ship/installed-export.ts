import { readExports } from './export-declarations.js';
import type { GraphWalk, Place } from './graph-walk.js';
import { isInstalled } from './importable.js';
import type { Internals } from './inspector.js';
import type { ModuleNode } from './payload.js';
import { refusal, remedy } from './refusal.js';
import { scriptUrl, sourceOnDisk } from './v8-scripts.js';

const exportLists = new Map<string, ReadonlyMap<string, string>>();

/**
 * Returns a reference to a function that an installed ES module exports and another script uses;
 * undefined for other functions. The module's scope tells the function's local name, by identity, and the
 * module's text the exported name.
 */
export function installedExport(
  walk: GraphWalk,
  fn: object,
  internals: Internals,
  place: Place,
): ModuleNode | undefined {
  const { location, scopes } = internals;
  if (scopes.some(({ variables }) => Object.hasOwn(variables, 'primordials'))) {
    const name = 'name' in fn ? String(fn.name) : '';
    throw refusal(
      place.path,
      `${name || 'a function of Node'} cannot be copied: it belongs to Node itself`,
      remedy.value,
    );
  }
  if (!location || place.scriptId === undefined || place.scriptId === location.scriptId) return undefined;
  const scope = scopes.find(({ kind }) => kind === 'Module');
  const local = scope && Object.keys(scope.variables).find((name) => scope.variables[name] === fn);
  if (!local) return undefined;
  const url = scriptUrl(walk.inspector, location.scriptId);
  if (!url || !isInstalled(url)) return undefined;
  let names = exportLists.get(url);
  if (!names) {
    names = readExports(sourceOnDisk(url) ?? '');
    exportLists.set(url, names);
  }
  const exported = names.get(local);
  return exported === undefined ? undefined : { kind: 'module', via: 'import', id: url, path: [exported] };
}
